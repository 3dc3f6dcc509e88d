"""Who comes most often, counted in a table of fixed size.

The space-saving algorithm (Metwally, Agrawal and El Abbadi, 2005): where the table is full, a newcomer
takes the place of whoever came least, and takes over its count as what may be wrong with its own. Whoever
comes more often than once in `size` is in the table, whatever else comes: it cannot be washed out by many
who come once.
"""

from collections.abc import Iterator

from dialform.values import dataclass


@dataclass(slots=True, eq=False)
class Entry:
    """One of those counted. `count` is at most too high by `error`, never too low."""

    name: str
    count: int
    error: int

    @property
    def sure(self) -> int:
        """How often it came for certain."""
        return self.count - self.error


class Heavy:
    """Counts at most `size` names. Each call takes the same short time, however full the table is."""

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError("a table of no names counts nothing")
        self._size = size
        self._entries: dict[str, Entry] = {}
        # Count → who has it, oldest first, so the one to give way is found at once.
        self._ranks: dict[int, dict[str, None]] = {}
        self._least = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def sure(self, name: str) -> int:
        """How often this one came for certain: 0 for one that is not in the table."""
        entry = self._entries.get(name)
        return entry.sure if entry else 0

    def add(self, name: str) -> Entry:
        """It came once more."""
        entry = self._entries.get(name)
        if entry is None:
            entry = self._admit(name)
        else:
            self._leave(entry)
            entry.count += 1
        self._ranks.setdefault(entry.count, {})[name] = None
        if entry.count < self._least or self._least not in self._ranks:
            # Only the lowest rank can have become empty, and then its last one stands right above.
            self._least = entry.count
        return entry

    def _admit(self, name: str) -> Entry:
        error = 0
        if len(self._entries) >= self._size:
            error = self._least
            out = self._entries.pop(next(iter(self._ranks[error])))
            self._leave(out)
        entry = self._entries[name] = Entry(name, error + 1, error)
        return entry

    def _leave(self, entry: Entry) -> None:
        rank = self._ranks[entry.count]
        del rank[entry.name]
        if not rank:
            del self._ranks[entry.count]
