"""What mod_voicemail keeps: messages with their recordings, greetings. As in mod_voicemail.c.

Recordings are written only where the switch writes at all and knows its `storage_dir`: to a simulated call
nobody speaks, so what a caller leaves there is a tone. Events and lamps follow each change.
"""

import math
import shutil
import wave
from array import array
from contextlib import suppress
from pathlib import Path

from dialform.simulator.dialplan.functions import MailboxPreferences
from dialform.simulator.events import Event, Source
from dialform.simulator.switch import Switch
from dialform.values import dataclass, replace

RATE = 8000
_HERTZ, _LOUD = 440, 6000
_FOLDER_MODE = 0o750
_FILE = "mod_voicemail.c"
_LEFT = Source(_FILE, "deliver_vm", 2896)
_WAITING = Source(_FILE, "update_mwi", 1930)
_UPDATED = Source(_FILE, "update_mwi", 1955)


@dataclass(slots=True)
class Kept:
    """A row of voicemail_msgs. Times are seconds since 1970; `read` is 0 for a new one."""

    created: int
    read: int
    user: str
    domain: str
    uuid: str
    name: str
    number: str
    path: str
    seconds: int
    flags: str = ""


class Mailboxes:
    """All messages of a switch, in the order that they came."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self.messages: list[Kept] = []

    # What is there.

    def of(self, user: str, domain: str) -> list[Kept]:
        """The messages of a mailbox."""
        return [one for one in self.messages if (one.user, one.domain) == (user, domain)]

    def counts(self, user: str, domain: str) -> tuple[int, int]:
        """New messages, and those that were heard."""
        found = self.of(user, domain)
        new = sum(one.read == 0 for one in found)
        return new, len(found) - new

    def folder(self, user: str, domain: str) -> Path:
        """Where a mailbox's files lie."""
        storage = self._switch.globals.get("storage_dir", "")
        return Path(storage or "/nowhere", "voicemail", "default", domain, user)

    def preferences(self, user: str, domain: str) -> MailboxPreferences:
        """What the owner set."""
        return self._switch.environment.mailboxes.get((user, domain), MailboxPreferences())

    # What changes it.

    def leave(
        self, user: str, domain: str, name: str, number: str, seconds: int, sound: Path | None = None,
        uuid: str = "",
    ) -> Kept:  # fmt: skip
        """A message is left: `sound` is what is said, else a tone.

        It has the UUID of the call that left it, its file one of its own; one that is put in from a file has
        the same for both, and the file's name behind it (deliver_vm).
        """
        drawn = self._switch.new_uuid()
        uuid = uuid or drawn
        behind = f"_broadcast_{sound.name}" if sound else ".wav"
        path = self.folder(user, domain) / f"msg_{drawn}{behind}"
        kept = Kept(self._now(), 0, user, domain, uuid, name, number, str(path), seconds)
        if self._switch.writes and self._switch.globals.get("storage_dir"):
            self._record(path, seconds, sound)
        self.messages.append(kept)
        headers = {
            "VM-Action": "leave-message", "VM-User": user, "VM-Domain": domain,
            "VM-Caller-ID-Name": name, "VM-Caller-ID-Number": number, "VM-File-Path": str(path),
            "VM-Flags": "B_NORMAL", "VM-Folder": "inbox", "VM-UUID": uuid,
            "VM-Message-Len": str(seconds), "VM-Timestamp": str(kept.created),
        }  # fmt: skip
        self._fire(Event("CUSTOM", headers, subclass="vm::maintenance", source=_LEFT))
        self.tell(user, domain, "NEW")
        return kept

    def mark(self, uuid: str, *, read: bool) -> None:
        """Whatever mailbox it is in."""
        for one in self.messages:
            if one.uuid == uuid:
                one.read = self._now() if read else 0
                one.flags = one.flags if read else ""

    def mark_domain(self, domain: str, *, read: bool) -> None:
        """Every message of a domain: what `vm_read` does that names none."""
        for one in self.messages:
            if one.domain == domain:
                self.mark(one.uuid, read=read)

    def delete(self, gone: list[Kept]) -> None:
        """Messages, with their recordings."""
        for one in gone:
            with suppress(OSError):
                Path(one.path).unlink()
            self.messages.remove(one)

    def choose(self, user: str, domain: str, slot: int, file: Path | None) -> str:
        """A greeting of a slot; `file` is moved there first. What the switch says."""
        if file is not None and not file.exists():
            return "-ERR Filename doesn't exist\n"
        wanted = self.folder(user, domain) / f"greeting_{slot}.wav"
        if self._switch.writes and self._switch.globals.get("storage_dir"):
            wanted.parent.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
            if file is not None:
                with suppress(OSError):
                    file.rename(wanted)
        if not wanted.exists():
            return f"-ERR Recording doesn't exist [{wanted}]\n"
        self.prefer(user, domain, greeting=str(wanted))
        return "-OK\n"

    def prefer(self, user: str, domain: str, **what: str) -> None:
        """Sets what the owner prefers."""
        found = replace(self.preferences(user, domain), **what)
        self._switch.environment.mailboxes[user, domain] = found

    def tell(self, user: str, domain: str, reason: str) -> None:
        """The lamps: MESSAGE_WAITING, and what mod_voicemail says of it."""
        new, saved = self.counts(user, domain)
        waiting = {
            "MWI-Messages-Waiting": "yes" if new else "no", "Update-Reason": reason,
            "MWI-Message-Account": f"{user}@{domain}", "MWI-Voice-Message": f"{new}/{saved}",
        }  # fmt: skip
        self._fire(Event("MESSAGE_WAITING", waiting, source=_WAITING))
        headers = {
            "VM-Action": "mwi-update", "VM-User": user, "VM-Domain": domain,
            "VM-Total-New": str(new), "VM-Total-Saved": str(saved),
            "VM-Total-New-Urgent": "0", "VM-Total-Saved-Urgent": "0",
        }  # fmt: skip
        self._fire(Event("CUSTOM", headers, subclass="vm::maintenance", source=_UPDATED))

    def _fire(self, event: Event) -> None:
        if self._switch.listening:
            self._switch.events.fire(event)

    def _now(self) -> int:
        return int(self._switch.clock.epoch)

    @staticmethod
    def _record(path: Path, seconds: int, sound: Path | None) -> None:
        path.parent.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        if sound is not None:
            with suppress(OSError):
                shutil.copyfile(sound, path)
            return
        turn = 2 * math.pi * _HERTZ / RATE
        tone = array("h", (int(_LOUD * math.sin(turn * at)) for at in range(RATE)))
        with wave.open(str(path), "wb") as stream:
            stream.setnchannels(1)
            stream.setsampwidth(2)
            stream.setframerate(RATE)
            stream.writeframes(tone.tobytes() * seconds)
