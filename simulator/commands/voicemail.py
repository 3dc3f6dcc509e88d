"""`voicemail …`, `vm_…` (mod_voicemail.c): it says `+OK` to every profile, also to those that are none."""

import wave
from pathlib import Path

from dialform.simulator.reading.words import separate
from dialform.simulator.state.live import Live
from dialform.simulator.state.mailboxes import Kept, Mailboxes

_USAGE = "Error: rss [<host> <port> <uri> <user> <domain>] | [load|unload|reload] <profile> [reloadxml]\n"
_LIST, _DELETE = (
    "Usage: <id>@<domain>[/profile] [xml]\n",
    "Usage: <id>@<domain>[/profile] [<uuid>]\n",
)
_READ = "Usage: <id>@<domain>[/profile] <read|unread> [<uuid>]\n"
_INJECT = (
    "Error: [group=<group>[@domain]|domain=<domain>|<box>[@<domain>]] "
    "<sound_file> [<cid_num>] [<cid_name>]\n"
)
_NOBODY = "-ERR can't find user or profile.\n"
_MISSING, _NO_PROFILE, _DONE = "-ERR Missing Arguments\n", "-ERR Profile not found\n", "-OK\n"


def voicemail(live: Live, text: str) -> str:
    """`voicemail load|unload|reload PROFILE [reloadxml]`, `voicemail status`."""
    words = [word.lower() for word in text.split()]
    if len(words) > 1 and words[0] in ("load", "unload", "reload"):
        again = len(words) > 2 and words[2] == "reloadxml" and words[0] != "unload"
        said = f"Reload XML [{live.reload()}]\n" if again else ""
        return f"{said}+OK {words[0]} complete\n"
    if words[:1] == ["status"]:
        line = "=" * 28 + "\n"
        return line + "".join(f"Profile: {name}\n" for name in _profiles(live)) + line
    return _USAGE


def boxcount(live: Live, text: str) -> str:
    """`vm_boxcount USER@DOMAIN[|new|saved|new-urgent|new-saved|all]`."""
    user, at, domain = text.partition("@")
    domain, _, how = domain.partition("|")
    new, saved = _kept(live).counts(user.removeprefix("sip:"), domain) if at else (0, 0)
    known = {"saved": f"{saved}", "new-urgent": "0", "new-saved": "0", "all": f"{new}:{saved}:0:0"}
    return known.get(how.lower(), f"{new}")


def listed(live: Live, text: str) -> str:
    """`vm_list ID@DOMAIN[/PROFILE] [xml]`."""
    if not text:
        return _LIST
    user, domain, rest = _addressed(live, text)
    if not domain:
        return _NOBODY
    found = _kept(live).of(user, domain)
    if rest[:1] == ["xml"]:
        return "<voicemail>\n" + "".join(map(_xml, found)) + "</voicemail>\n"
    return "".join(_line(one) for one in found)


def _line(one: Kept) -> str:
    parts = (one.created, one.read, one.user, one.domain, "inbox", one.path, one.uuid, one.name,
             one.number, one.seconds)  # fmt: skip
    return ":".join(map(str, parts)) + "\n"


def _xml(one: Kept) -> str:
    """Nothing is escaped there."""
    values = {
        "created_epoch": one.created, "read_epoch": one.read, "username": one.user,
        "domain": one.domain, "folder": "inbox", "path": one.path, "uuid": one.uuid,
        "cid-name": one.name, "cid-number": one.number, "message-len": one.seconds,
    }  # fmt: skip
    inside = "".join(f"  <{name}>{value}</{name}>\n" for name, value in values.items())
    return f" <message>\n{inside} </message>\n"


def read(live: Live, text: str) -> str:
    """`vm_read ID@DOMAIN[/PROFILE] read|unread [UUID]`: without one, all of the domain."""
    if not text:
        return _READ
    user, domain, rest = _addressed(live, text)
    word = rest[0].lower() if rest else ""
    if not domain or word not in ("read", "unread"):
        return _NOBODY
    kept = _kept(live)
    if len(rest) > 1:
        kept.mark(rest[1], read=word == "read")
    else:
        kept.mark_domain(domain, read=word == "read")
    kept.tell(user, domain, "READ")
    return "+OK\n"


def delete(live: Live, text: str) -> str:
    """`vm_delete ID@DOMAIN[/PROFILE] [UUID]`: a UUID is looked for in every mailbox."""
    if not text:
        return _DELETE
    user, domain, rest = _addressed(live, text)
    if not domain:
        return _NOBODY
    kept = _kept(live)
    gone = [one for one in kept.messages if one.uuid == rest[0]] if rest else kept.of(user, domain)
    kept.delete(gone)
    kept.tell(user, domain, "DELETE")
    return "+OK\n"


def inject(live: Live, text: str) -> str:
    """`vm_inject BOX@DOMAIN FILE [NUMBER] [NAME]`: to one mailbox."""
    words = separate(text, " ", 6)
    if len(words) < 2:
        return _INJECT
    user, _, domain = words[0].partition("@")
    if live.configuration.user(user, domain) is None:
        return _INJECT
    file = Path(words[1])
    number, name = (*words[2:4], *["anonymous"] * 2)[:2]
    if file.is_file():
        _kept(live).leave(user, domain, name, number, _seconds(file), file)
    return "+OK\n"


def _seconds(file: Path) -> int:
    try:
        with wave.open(str(file), "rb") as stream:
            return stream.getnframes() // (stream.getframerate() or 1)
    except (OSError, EOFError, wave.Error):
        return 0


def set_greeting(live: Live, text: str) -> str:
    """`vm_fsdb_pref_greeting_set PROFILE DOMAIN USER SLOT [FILE]`."""
    words = separate(text, " ", 6)
    slot = _leading(words[3]) if len(words) > 3 else 0
    if not slot:
        return _MISSING
    if words[0] not in _profiles(live):
        return _NO_PROFILE
    file = Path(words[4]) if len(words) > 4 else None
    return _kept(live).choose(words[2], words[1], slot, file)


def set_password(live: Live, text: str) -> str:
    """`vm_fsdb_pref_password_set PROFILE DOMAIN USER PASSWORD`; `''` takes it away."""
    words = separate(text, " ", 6)
    if len(words) < 4:
        return _MISSING
    if words[0] not in _profiles(live):
        return _NO_PROFILE
    _kept(live).prefer(words[2], words[1], password=words[3])
    return _DONE


def set_name(live: Live, text: str) -> str:
    """`vm_fsdb_pref_recname_set PROFILE DOMAIN USER FILE`."""
    words = separate(text, " ", 6)
    if len(words) < 4:
        return _MISSING
    if words[0] not in _profiles(live):
        return _NO_PROFILE
    kept, file = _kept(live), Path(words[3])
    if not file.exists():
        return "-ERR Filename doesn't exist\n"
    wanted = kept.folder(words[2], words[1]) / "recorded_name.wav"
    wanted.parent.mkdir(0o750, parents=True, exist_ok=True)
    file.rename(wanted)
    kept.prefer(words[2], words[1], name=str(wanted))
    return _DONE


def _leading(text: str) -> int:
    """atoi."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    return int(digits) if digits else 0


def _kept(live: Live) -> Mailboxes:
    found: Mailboxes = live.switch.theme(Mailboxes)
    return found


def _profiles(live: Live) -> list[str]:
    found = live.configuration.configuration("voicemail.conf")
    profiles = found.first("profiles") if found else None
    return [p.get("name") for p in profiles.all("profile")] if profiles else []


def _addressed(live: Live, text: str) -> tuple[str, str, list[str]]:
    """User, domain and what follows; no domain where there is none, or no such profile."""
    address, _, rest = text.partition(" ")
    user, _, domain = address.partition("@")
    domain, slash, profile = domain.partition("/")
    if (profile if slash else "default") not in _profiles(live):
        domain = ""
    return user, domain, rest.split(" ") if rest else []
