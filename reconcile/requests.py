"""What people ask of a running agent: a file in its state folder, and its answer in another.

The agent holds the lock of its state folder, so a command that is to change something does not fight for
it: it leaves a request. Whoever may write the folder may ask.
"""

import secrets
from typing import Any

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.values import dataclass, field

ROLLBACK = "rollback"
RETRY = "retry"
ACCEPT_REWRITE = "accept-rewrite"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked for: `what`, and its arguments."""

    what: str
    arguments: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: secrets.token_hex(8))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    id: str
    good: bool
    message: str


def ask(layout: Layout, request: Request) -> None:
    """Leave a request; one that nobody took yet is replaced. Raises OSError."""
    durable.write_json(
        layout.request, {"id": request.id, "what": request.what, "arguments": request.arguments}
    )


def take(layout: Layout) -> Request | None:
    """The request that lies there, taken away with this. One that makes no sense is none."""
    if not layout.request.exists():
        return None
    data: Any = durable.read_json(layout.request)
    durable.remove(layout.request)
    if not isinstance(data, dict) or not isinstance(data.get("arguments"), dict):
        return None
    arguments = {str(key): str(value) for key, value in data["arguments"].items()}
    return Request(str(data.get("what", "")), arguments, str(data.get("id", "")))


def answer(layout: Layout, answer: Answer) -> None:
    """Say what came of a request. Raises OSError."""
    data = {"id": answer.id, "good": answer.good, "message": answer.message}
    durable.write_json(layout.answer, data)


def answered(layout: Layout, id_: str) -> Answer | None:
    """The answer to a request, once it is there."""
    data: Any = durable.read_json(layout.answer) if layout.answer.exists() else None
    if not isinstance(data, dict) or data.get("id") != id_:
        return None
    return Answer(id_, bool(data.get("good")), str(data.get("message", "")))
