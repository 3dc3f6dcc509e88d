"""To whom a phone's login was given already: a page that is loaded again says nothing new."""

from collections import OrderedDict
from collections.abc import Iterable

from dialform.console.ground import Ground

_MOST = 16_384


class Given:
    """Of one server: what the record of who did what has, by session, address and extension."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def new(self, session: str, address: str, numbers: Iterable[str]) -> list[str]:
        """Those that the session was not given yet, from this address: whoever took a session along with
        its cookie asks from somewhere else, and that is written down.
        """
        keys = [(session, address, number) for number in numbers]
        fresh = [key for key in keys if key not in self._seen]
        for key in keys:
            self._seen[key] = None
            self._seen.move_to_end(key)
        while len(self._seen) > _MOST:
            self._seen.popitem(last=False)
        return [number for _, _, number in fresh]


def given(ground: Ground) -> Given:
    """The one of a portal."""
    found = ground.parts.setdefault("phones given", Given())
    assert isinstance(found, Given)
    return found
