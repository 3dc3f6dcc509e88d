"""What an application of the dialplan is, and the table of all that the simulator runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING

from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.journal import Place

Run = Callable[["Channel", str, "Place | None"], Awaitable[None]]
"""Is given the channel, its data with everything put in, and where it is written."""


@dataclass(frozen=True, slots=True)
class Application:
    """One application."""

    run: Run
    media: bool
    """Whether it needs sound: a call that is not answered gets early media before it."""
    zombie: bool
    """Whether it runs on a channel that was hung up too."""


APPLICATIONS: dict[str, Application] = {}
LATER: dict[str, str] = {}
"""The modules of those that no call has asked for yet."""


def application(name: str, media: bool = False, zombie: bool = False) -> Callable[[Run], Run]:
    """Marks a function as the application of this name."""

    def note(run: Run) -> Run:
        APPLICATIONS[name] = Application(run, media, zombie)
        return run

    return note


def find(name: str) -> Application | None:
    """The application of this name, which is imported now if need be."""
    if name not in APPLICATIONS and name in LATER:
        import_module(LATER[name])
    return APPLICATIONS.get(name)
