"""Who comes in: from a request to a session. The real door is `console/accounts/door.py`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from dialform.console.visitor import Visitor
from dialform.values import dataclass, field


async def _yes() -> bool:
    return True


@dataclass(slots=True)
class Entry:
    """A session of somebody, for the time of one request.

    `csrf` is what each form of theirs must carry. What `flashes` holds when the request ends is said on
    the next page; what it held before stands in `said`, to be said on this one.
    """

    visitor: Visitor
    csrf: str
    session: str = ""
    """The name of the session in lists (no secret)."""
    said: tuple[tuple[str, str], ...] = ()
    flashes: list[tuple[str, str]] = field(default_factory=list)
    audit: Callable[[str, Mapping[str, Any]], None] = field(default=lambda *_: None)
    passive: bool = False
    """Nobody clicked: the request is no sign that somebody is there."""
    still: Callable[[], Awaitable[bool]] = field(default=_yes)
    """Whether the session goes on: what streams to a browser for long asks from time to time."""


class Door(Protocol):
    """Lets people in."""

    async def enter(self, request: Request) -> Entry | None:
        """Whose request it is; None for nobody's."""
        ...

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        """The request is answered: keep what is to be said next, set cookies."""
        ...
