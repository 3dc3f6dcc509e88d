"""What runs beside: the repository is fetched now and then, what the rules say of it is known before somebody
saves, and what nobody needs is removed.
"""

from collections.abc import Callable

from dialform.console.errors import ConsoleError
from dialform.console.ground import Ground
from dialform.console.saving import pruning
from dialform.console.saving.repository import Repository
from dialform.console.saving.results import Results

EVERY = 30.0
"""Seconds between two fetches."""


async def keep_up(ground: Ground) -> None:
    """Fetch, for as long as the server runs. What goes wrong is told once, and tried again."""
    repository = Repository.of(ground)
    told: dict[str, str] = {}
    while repository.writable:
        for step in (_look, pruning.prune_now_and_then):
            await _done(ground, repository, step, told)
        await ground.clocks.sleep(EVERY)


async def _done(
    ground: Ground, repository: Repository, step: Callable[[Repository], None], told: dict[str, str]
) -> None:
    """One step, by itself: what fails keeps no other one from being done."""
    before, told[step.__name__] = told.get(step.__name__, ""), ""
    try:
        await ground.off(step, repository)
    except ConsoleError as error:
        told[step.__name__] = str(error)
        if before != str(error):
            ground.say("repository", "warning", reason=str(error))
    except Exception as error:
        told[step.__name__] = kind = type(error).__name__
        if before != kind:
            ground.say("repository", "error", kind=kind)


def _look(repository: Repository) -> None:
    repository.renew(fresh=EVERY / 2)
    Results.of(repository).findings(repository.tip())
