"""What checks leave behind: commits that nothing names. They go after a day, but for those that something
rests on.
"""

import contextlib
from collections.abc import Iterable

from sqlalchemy import select

from dialform.console.accounts.tables import drafts
from dialform.console.errors import ConsoleError
from dialform.console.ground import Ground
from dialform.console.saving.repository import Repository, away
from dialform.reconcile.source import SourceError

EVERY = 6 * 3600.0
"""Seconds between two looks."""
AGE = 86_400
"""Seconds that what nothing names is kept: whoever looks at it, merges it or tests it is done by then."""
WITHIN = 5.0
"""Seconds to wait for others who change something: else the next time will do."""


def prune_now_and_then(repository: Repository) -> None:
    """Prune, where that was long ago: however often the portal is restarted. Raises Away."""
    stamp = repository.folder.parent / "repository.pruned"
    with contextlib.suppress(OSError):
        # One of tomorrow is of a clock that went wrong.
        if 0 <= repository.ground.clocks.wall() - stamp.stat().st_mtime <= EVERY:
            return
    with contextlib.suppress(OSError):
        stamp.touch()  # before it: what fails takes its time, too
    prune(repository)


def prune(repository: Repository) -> None:
    """Remove what nothing names, and nothing rests on; pack the rest. Raises Away."""
    with repository.using(within=WITHIN) as copy:
        try:
            kept = [one for one in _rested_on(repository) if copy.ref(one)]
            copy.prune(AGE, kept)
        except SourceError as error:
            raise away(error) from None


def _rested_on(repository: Repository) -> Iterable[str]:
    """Commits that are needed though no branch may have them any more: those that drafts began from, those
    that are looked at, and the one that runs here.
    """
    ground = repository.ground
    with ground.database.reading() as connection:
        bases = connection.execute(select(drafts.c.base).distinct()).scalars().all()
    return sorted({*bases, *repository.kept, _running(ground)} - {""})


def _running(ground: Ground) -> str:
    try:
        return ground.released().commit
    except ConsoleError:
        return ""
