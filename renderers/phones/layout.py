"""Where the keys of a phone come to lie: on the phone itself, then on its expansion modules."""

from collections.abc import Iterator, Mapping

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.resolved import Phone, PhoneKey
from dialform.values import dataclass

EMPTY = PhoneKey("none", "")
"""A key that does nothing. It is said as well, or the phone would keep what it had there before."""

_NONE: Mapping[str, frozenset[int]] = {}


@dataclass(frozen=True, slots=True)
class Placed:
    """A key in its place, counted from 1 on its module. Module 0 is the phone itself."""

    module: int
    place: int
    key: PhoneKey


def laid_out(
    phone: Phone, model: Model, skipped: Mapping[str, frozenset[int]] = _NONE
) -> Iterator[Placed]:
    """Every place of the phone and its modules with its key, those that stay empty included. `skipped` are
    places of a module that cannot be programmed; the model's table does not count them.
    """
    keys = iter(phone.keys)
    for place in range(1, model.keys + 1):
        yield Placed(0, place, next(keys, EMPTY))
    for module, name in enumerate(phone.modules, 1):
        gaps = skipped.get(name, frozenset())
        for place in range(1, model.modules[name] + len(gaps) + 1):
            if place not in gaps:
                yield Placed(module, place, next(keys, EMPTY))
