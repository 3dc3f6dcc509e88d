"""SIPp's message trace, read back."""

from __future__ import annotations

import re
from pathlib import Path

from .sip import Message

HEAD = re.compile(
    rb"^-{20,} (?P<at>[\d-]+[ \tT][\d:.]+)[^\n]*\n"
    rb"(?:UDP|TCP|TLS) message (?P<way>received|sent)[ (]*\[?(?P<size>\d+)\]?[^\n]*\n\n",
    re.MULTILINE,
)


def read_trace(data: bytes) -> list[Message]:
    """The received messages of a trace, in order; one that is still being written is left out.

    What SIPp sent is what its scenario says, and may be broken on purpose.
    """
    found = []
    for head in HEAD.finditer(data):
        raw = data[head.end() : head.end() + int(head["size"])]
        if head["way"] == b"received" and len(raw) == int(head["size"]):
            found.append(Message.parse(raw))
    return found


def received(path: Path, method: str = "") -> list[Message]:
    """The received messages in a trace file; requests of one method where given."""
    messages = read_trace(path.read_bytes()) if path.exists() else []
    return [m for m in messages if not method or (m.is_request and m.method == method)]
