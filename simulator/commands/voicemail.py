"""`voicemail …` (mod_voicemail.c): it says `+OK` to every profile, also to those that are none."""

from dialform.simulator.state.live import Live

_USAGE = "Error: rss [<host> <port> <uri> <user> <domain>] | [load|unload|reload] <profile> [reloadxml]\n"


def voicemail(live: Live, text: str) -> str:
    """`voicemail load|unload|reload PROFILE [reloadxml]`, `voicemail status`."""
    words = [word.lower() for word in text.split()]
    if len(words) > 1 and words[0] in ("load", "unload", "reload"):
        again = len(words) > 2 and words[2] == "reloadxml" and words[0] != "unload"
        said = f"Reload XML [{live.reload()}]\n" if again else ""
        return f"{said}+OK {words[0]} complete\n"
    if words[:1] == ["status"]:
        line = "=" * 28 + "\n"
        found = live.configuration.configuration("voicemail.conf")
        profiles = found.first("profiles") if found else None
        names = [p.get("name") for p in profiles.all("profile")] if profiles else []
        return line + "".join(f"Profile: {name}\n" for name in names) + line
    return _USAGE


def boxcount(live: Live, text: str) -> str:
    """`vm_boxcount USER@DOMAIN`: nobody leaves messages that would last."""
    return "0"
