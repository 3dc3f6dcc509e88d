"""From a place in the files to the object that stands there: people know objects, not lines."""

from dialform.console.objects.kinds import BY_TABLE
from dialform.console.saving.edit import document_of
from dialform.console.saving.finding import places_of
from dialform.console.site import Site
from dialform.schema.diagnostic import Place
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: what it is called, and its address below the portal's root."""

    words: str
    address: str


class Things:
    """The objects of one tenant by where they stand."""

    def __init__(self, site: Site, tenant: str) -> None:
        self._tenant = tenant
        self._files = {one.file: one for one in document_of(site, f"tenants.d/{tenant}").sources}
        self._lines: dict[str, dict[int, tuple[str, str]]] = {}

    def at(self, place: Place | None) -> Thing | None:
        """What stands in a line; None where that is nothing with a page of its own."""
        if place is None or place.file not in self._files:
            return None
        lines = self._of(place.file)
        above = max((line for line in lines if line <= place.line), default=0)
        table, key = lines.get(above, ("", ""))
        kind = BY_TABLE.get(("", (table,)))
        if kind is None or kind.single or not key:
            return None
        return Thing(kind.named(key), kind.at(self._tenant, key))

    def _of(self, file: str) -> dict[int, tuple[str, str]]:
        """The lines of a file in which an object begins, or a table."""
        if file not in self._lines:
            found: dict[int, tuple[str, str]] = {}
            for (line, _), path in places_of(self._files[file]):
                if len(path) <= 2:
                    found[line] = (str(path[0]), str(path[1]) if len(path) > 1 else "")
            self._lines[file] = found
        return self._lines[file]
