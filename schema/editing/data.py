"""Plain data of YAML: what stands at a path, what it would be with something else there."""

from typing import Any

from dialform.schema.devices import bare_mac
from dialform.schema.rule import Path


class Gone:
    """What stands where nothing stands (any more): None is a value of YAML."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "GONE"

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> "Gone":
        return self

    def __deepcopy__(self, memo: Any) -> "Gone":
        return self

    def __reduce__(self) -> str:
        return "GONE"


GONE = Gone()


def step_in(node: Any, step: str | int) -> str | int | None:
    """A step as it is written in a container: a MAC in any of its spellings; None where it is not there."""
    if isinstance(node, dict):
        if step in node:
            return step
        if isinstance(step, str) and len(step) == 12:
            return next((key for key in node if len(key) > 12 and bare_mac(key) == step), None)
        return None
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return step
    return None


def at(data: Any, path: Path) -> Any:
    """What stands at a path; GONE where nothing does."""
    for step in path:
        found = step_in(data, step)
        if found is None:
            return GONE
        data = data[found]
    return data


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to YAML: `1` is not `true`, and the order of keys is nothing."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def put(data: Any, path: Path, value: Any) -> Any:
    """The data with a value at a path, or (GONE) without what stands there. What is given stays as it is.

    Steps that are not there become maps, and so does what is no container on the way.
    """
    if not path:
        return value
    step = step_in(data, path[0])
    if isinstance(data, list) and isinstance(step, int):
        inner = put(data[step], path[1:], value)
        return [*data[:step], *([] if inner is GONE else [inner]), *data[step + 1 :]]
    node = data if isinstance(data, dict) else {}
    if step is None:
        if value is GONE:
            return data
        return {**node, path[0]: put(None, path[1:], value)}
    inner = put(node[step], path[1:], value)
    return {k: inner if k == step else v for k, v in node.items() if k != step or inner is not GONE}
