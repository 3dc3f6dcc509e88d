"""The addresses of merge requests by their branches: what the forge said when they were opened."""

from collections.abc import Mapping
from pathlib import Path

from dialform.console.saving.repository import Repository
from dialform.reconcile import durable


def remember(repository: Repository, branch: str, url: str) -> None:
    """Keep one, and let those go whose branches are gone. A disk that takes nothing loses a link, no more."""
    heads = repository.heads()
    kept = {name: one for name, one in addresses(repository).items() if name in heads}
    try:
        durable.write_json(_file(repository), {**kept, branch: url})
    except OSError as error:
        repository.ground.say("merge request", "warning", reason=error.strerror)


def addresses(repository: Repository) -> Mapping[str, str]:
    """All that are known."""
    try:
        found = durable.read_json(_file(repository))
    except OSError:
        return {}
    return found if isinstance(found, dict) else {}


def _file(repository: Repository) -> Path:
    return repository.ground.state / "requests.json"
