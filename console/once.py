"""What was written down of a session already: the same again is no news."""

from collections import OrderedDict

from dialform.console.ground import Ground

_MOST = 16_384


class Once:
    """Of one server."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, ...], None] = OrderedDict()

    def first(self, *what: str) -> bool:
        """Whether it is asked about for the first time, as far as is remembered."""
        new = what not in self._seen
        self._seen[what] = None
        self._seen.move_to_end(what)
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)
        return new


def once(ground: Ground) -> Once:
    """The one of a portal."""
    found = ground.parts.setdefault("once", Once())
    assert isinstance(found, Once)
    return found
