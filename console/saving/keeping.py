"""What runs beside: the repository is fetched now and then, and what the rules say of it is known before
somebody saves.
"""

from dialform.console.errors import ConsoleError
from dialform.console.ground import Ground
from dialform.console.saving.repository import Repository
from dialform.console.saving.results import Results

EVERY = 30.0
"""Seconds between two fetches."""


async def keep_up(ground: Ground) -> None:
    """Fetch, for as long as the server runs. What goes wrong is told once, and tried again."""
    repository = Repository.of(ground)
    told = ""
    while repository.writable:
        try:
            await ground.off(_look, repository)
            told = ""
        except ConsoleError as error:
            if str(error) != told:
                told = str(error)
                ground.say("repository", "warning", reason=told)
        await ground.clocks.sleep(EVERY)


def _look(repository: Repository) -> None:
    Results.of(repository).findings(repository.tip(fresh=EVERY / 2))
