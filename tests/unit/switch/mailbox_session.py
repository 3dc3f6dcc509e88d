"""What FreeSWITCH 1.10.12 answers to the commands of mod_voicemail, one after the other: `recorded/voicemail.json`.

The same commands are given to the simulated switch (tests/unit/simulator/) and to a real one (tests/live/).
"""

from __future__ import annotations

import json
import re
import wave
from collections.abc import Callable
from pathlib import Path

SESSION: list[tuple[str, str]] = [
    (command, reply)
    for command, reply in json.loads(
        (Path(__file__).parent / "recorded" / "voicemail.json").read_text("utf-8")
    )
]
DOMAIN, STORAGE = "lab.pbx.example.com", "/var/lib/freeswitch/storage"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\b\d{10}\b")


def said(folder: Path) -> None:
    """The sounds that the session hands in."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("said.wav", "greeting.wav"):
        with wave.open(str(folder / name), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(b"\x10\x20" * 16000)


def differences(ask: Callable[[str], str], storage: Path) -> list[tuple[str, str, str]]:
    """Command, what was recorded and what is answered now, wherever these differ."""
    names: dict[str, str] = {}
    found = []
    for command, recorded in SESSION:
        text = command.replace(STORAGE, str(storage))
        answer = ask(_UUID.sub(lambda one: names.get(one[0], one[0]), text))
        for old, new in zip(_UUID.findall(recorded), _UUID.findall(answer), strict=False):
            names.setdefault(old, new)
        mine = _plain(
            answer.replace(str(storage), STORAGE), {new: old for old, new in names.items()}
        )
        if mine != _plain(recorded, {}):
            found.append((command, recorded, answer))
    return found


def _plain(text: str, names: dict[str, str]) -> str:
    return _MOMENT.sub("EPOCH", _UUID.sub(lambda one: names.get(one[0], one[0]), text))
