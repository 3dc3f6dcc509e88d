"""What runs beside: the repository is fetched now and then, what the rules say of it is known before somebody
saves, and what nobody needs is removed.
"""

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
    told, pruned = "", ground.clocks.steady()
    while repository.writable:
        try:
            await ground.off(_look, repository)
            told = ""
            if ground.clocks.steady() - pruned > pruning.EVERY:
                pruned = ground.clocks.steady()
                await ground.off(pruning.prune, repository)
        except ConsoleError as error:
            if str(error) != told:
                told = str(error)
                ground.say("repository", "warning", reason=told)
        await ground.clocks.sleep(EVERY)


def _look(repository: Repository) -> None:
    repository.renew(fresh=EVERY / 2)
    Results.of(repository).findings(repository.tip())
