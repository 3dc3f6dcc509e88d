"""The answers. Each is a constant but for a file: whoever may not have something learns nothing from them."""

from collections.abc import Sequence

from starlette.types import Send

from dialform.values import dataclass

Header = tuple[bytes, bytes]

_TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
_KEEP: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers, a body."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""

    def more(self, headers: Sequence[Header]) -> "Answer":
        """The same with more headers."""
        return Answer(self.status, (*self.headers, *headers), self.body)


def constant(status: int, body: bytes, *headers: Header) -> Answer:
    """An answer that is always the same."""
    length = (b"content-length", str(len(body)).encode())
    return Answer(status, (_TEXT, length, *_KEEP, *headers), body)


NOT_FOUND = constant(404, b"Not found\n")
"""For what is unknown, for what is forbidden, for every method but GET and HEAD."""

TOO_MANY = constant(429, b"Too many requests\n", (b"retry-after", b"60"))
UNAVAILABLE = constant(503, b"Try again\n", (b"retry-after", b"30"))
CHALLENGE = constant(401, b"Unauthorized\n")
"""Without its challenges."""


def file_answer(content: bytes, kind: str, etag: bytes) -> Answer:
    """A file."""
    return Answer(
        200,
        (
            (b"content-type", kind.encode("latin-1", "replace")),
            (b"content-length", str(len(content)).encode()),
            *_KEEP,
            (b"etag", etag),
        ),
        content,
    )


def not_modified(etag: bytes) -> Answer:
    """The phone has it."""
    return Answer(304, (*_KEEP, (b"etag", etag)))


async def send_answer(answer: Answer, send: Send, head: bool) -> None:
    """Send it; to a HEAD without the body."""
    headers = list(answer.headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
