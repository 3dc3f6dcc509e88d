"""SIPp's message trace, read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .sip import Message

HEAD = re.compile(
    rb"^-{20,} (?P<at>[\d-]+[ \tT][\d:.]+)[^\n]*\n"
    rb"(?:UDP|TCP|TLS) message (?P<way>received|sent)[ (]*\[?(?P<size>\d+)\]?[^\n]*\n\n",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Traced:
    """One message in the trace."""

    sent: bool
    message: Message


def read_trace(data: bytes) -> list[Traced]:
    """The messages of a trace, in order; one that is still being written is left out."""
    found = []
    for head in HEAD.finditer(data):
        raw = data[head.end() : head.end() + int(head["size"])]
        if len(raw) == int(head["size"]):
            found.append(Traced(head["way"] == b"sent", Message.parse(raw)))
    return found


def received(path: Path, method: str = "") -> list[Message]:
    """The received messages in a trace file; requests of one method where given."""
    data = path.read_bytes() if path.exists() else b""
    messages = [traced.message for traced in read_trace(data) if not traced.sent]
    return [m for m in messages if not method or (m.is_request and m.method == method)]
