"""As much of a model as can be had: what is wrong is cut out, so that the rest is checked too."""

import copy
from typing import Any, TypeVar

from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import shape
from dialform.schema.shape import shape_check
from dialform.schema.types import Model

M = TypeVar("M", bound=Model)
_ROUNDS = 8


def shape_check_all(
    model: type[M], document: str, data: dict[str, Any], fill: dict[str, Any] | None = None
) -> tuple[M | None, list[Flaw], frozenset[Path]]:
    """The model of what is well-formed, all flaws of shape, and the objects that were cut out.

    `fill` gives values for missing keys of the top, so that one missing key hides nothing.
    """
    result, flaws = shape_check(model, document, data)
    if result is not None:
        return result, [], frozenset()
    pruned: set[Path] = set()
    rest = copy.deepcopy(data)
    found = flaws or [shape.BadValue.flaw(document, (), what="unreadable")]
    for up in range(_ROUNDS):
        for flaw in found:
            if flaw.rule is shape.MissingKey and not flaw.path:
                key = flaw.values["key"]
                if fill and key in fill:
                    rest[key] = fill[key]
                continue
            # Cut out the value itself at first; later, what it stands in.
            path = flaw.path[: max(1, len(flaw.path) - up)]
            _cut(rest, path)
            if len(path) >= 2 and len(path) <= 3:
                pruned.add(path[:2])
            elif len(path) == 1:
                pruned.add(path)
        result, found = shape_check(model, document, rest)
        if result is not None:
            break
    return result, flaws, frozenset(pruned)


def _cut(data: Any, path: Path) -> None:
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1]
    if isinstance(data, dict):
        data.pop(last, None)
    elif isinstance(data, list) and isinstance(last, int) and last < len(data):
        # Keep the places of the others: a later flaw may name a higher index.
        data[last] = data[0] if last else data[-1]
