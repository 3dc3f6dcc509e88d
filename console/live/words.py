"""Words of the switch as people say them."""

from dialform.console.live.gist import Badge

STATES = {
    "ACTIVE": Badge("talking", "good"), "HELD": Badge("on hold", "note"),
    "RINGING": Badge("ringing", "accent"),
    "EARLY": Badge("ringing", "accent"), "RING_WAIT": Badge("ringing", "accent"),
    "DOWN": Badge("starting"), "DIALING": Badge("dialling", "accent"), "UNHELD": Badge("talking", "good"),
    "HANGUP": Badge("ending"),
}  # fmt: skip
"""Of a leg (switch_channel.c, callstate)."""

DOING = {
    "voicemail": "voicemail", "ivr": "a menu", "conference": "a conference", "callcenter": "a queue",
    "valet_park": "parked", "park": "parked", "playback": "an announcement", "phrase": "an announcement",
    "echo": "an echo test", "rxfax": "a fax", "txfax": "a fax", "directory": "the directory",
}  # fmt: skip
"""What a leg that is bridged with nobody is in, by its application."""

GATEWAYS = {
    "REGED": Badge("registered", "good"), "NOREG": Badge("in use", "good"),
    "TRYING": Badge("registering", "note"), "REGISTER": Badge("registering", "note"),
    "FAILED": Badge("refused", "bad"), "FAIL_WAIT": Badge("not reached", "bad"),
    "UNREGED": Badge("not registered", "bad"), "EXPIRED": Badge("expired", "bad"),
    "DOWN": Badge("down", "bad"),
    "UNREGISTER": Badge("leaving", "note"), "TIMEOUT": Badge("no answer", "bad"),
}  # fmt: skip
"""Of a trunk (mod_sofia)."""

STRATEGIES = {
    "ring-all": "all at once", "longest-idle-agent": "who was idle longest", "round-robin": "in turn",
    "top-down": "from the top", "agent-with-least-talk-time": "who talked least",
    "agent-with-fewest-calls": "who had fewest calls", "random": "at random",
    "sequentially-by-agent-order": "one after the other", "ring-progressively": "more and more",
}  # fmt: skip


def plain(text: str, most: int = 60) -> str:
    """What a stranger sent (a caller's name, a number), to be shown: no control characters, not too long."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
