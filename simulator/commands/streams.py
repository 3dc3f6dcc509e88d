"""`local_stream …` (mod_local_stream.c). Some replies lack the last newline."""

from dialform.simulator.state.live import Live
from dialform.simulator.state.streams import Stream

SYNTAX = "<show|start|reload|stop|hup> <local_stream_name>"


def local_stream(live: Live, text: str) -> str:
    """`local_stream`, by its first word; what it does not know has no answer."""
    words = text.split()
    if not words:
        return f"-USAGE: {SYNTAX}\n"
    what, name = words[0].lower(), words[1] if len(words) > 1 else ""
    if what == "show":
        return _show(live, name)
    if not name:
        return ""
    stream = live.streams.find(name)
    missing = f"-ERR Cannot locate local_stream {name}!\n"
    if what == "start":
        return f"+OK stream: {name}" if live.streams.start(name) else ""
    if what == "stop":
        if stream is not None:
            live.streams.stop(stream)
        return missing if stream is None else "+OK"
    if what == "reload":
        return missing if stream is None else "+OK"
    if what == "hup":
        return "" if stream is None else f"+OK hup stream: {name}"
    if what == "vol":
        return "" if stream is None else f"+OK vol stream: {name} is 0"
    return ""


def _show(live: Live, name: str) -> str:
    if not name:
        return "".join(f"{s.name},{s.location}\n" for s in live.streams)
    stream = live.streams.find(name)
    return _details(stream) if stream else f"-ERR Cannot locate local_stream {name}!\n"


def _details(stream: Stream) -> str:
    rows = (
        ("location:", stream.location),
        ("channels:", stream.channels),
        ("rate:    ", stream.rate),
        ("interval:", stream.interval),
        ("samples: ", stream.samples),
        ("prebuf:  ", stream.prebuf),
        ("timer:   ", stream.params.get("timer-name", "soft")),
        ("total:   ", stream.listeners),
        ("shuffle: ", str(stream.shuffle).lower()),
        ("ready:   ", "true"),
        ("stopped: ", str(stream.stopped).lower()),
        ("reloading:", "false"),
    )
    return f"{stream.name}\n" + "".join(f"  {name} {value}\n" for name, value in rows)
