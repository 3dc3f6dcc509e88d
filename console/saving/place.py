"""Where the site lies in its repository: the one place where paths are joined and taken apart."""

from dialform.console.errors import SettingsError
from dialform.reconcile.source import SourceError
from dialform.reconcile.source.source import checked_subfolder
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` is the site's, from the repository's root; empty where the site is all of it."""

    folder: str = ""

    @property
    def prefix(self) -> str:
        """What stands before each path of the site in the repository."""
        return f"{self.folder}/" if self.folder else ""

    def tree(self, commit: str) -> str:
        """The site in a commit, as git names it."""
        return f"{commit}:{self.folder}" if self.folder else commit

    def outside(self, path: str) -> str:
        """A path of the site from the repository's root."""
        return f"{self.prefix}{path}"

    def inside(self, path: str) -> str | None:
        """A path of the repository from the site's root; None where it does not belong to the site."""
        return path.removeprefix(self.prefix) if path.startswith(self.prefix) else None

    def shown(self, path: str) -> str:
        """The same for people, and for what asks whose a file is: `/README` lies beside the site."""
        found = self.inside(path)
        return f"/{path}" if found is None else found


def place_of(subfolder: str) -> Place:
    """The place that an operator named. Raises SettingsError."""
    try:
        return Place(checked_subfolder(subfolder))
    except SourceError as error:
        raise SettingsError(f"--subfolder: {error.reason}.") from None
