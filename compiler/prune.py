"""As much of a model as can be had: what is wrong is cut out, so that the rest is checked too."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from dialform.schema.devices import bare_mac
from dialform.schema.rule import Flaw, Path
from dialform.schema.shape import Misfit, shape_check
from dialform.schema.types import Model
from dialform.values import dataclass, field

M = TypeVar("M", bound=Model)
_ROUNDS = 12


@dataclass(frozen=True)
class Cuts:
    """What was cut out of a document, by its path there, so that a rule can tell "missing" from
    "broken". `holes` are the indices that were cut out of each list.
    """

    paths: frozenset[Path] = frozenset()
    misnamed: frozenset[Path] = frozenset()
    """Objects whose key is wrong, so that references to the right one find nothing."""
    holes: Mapping[Path, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def objects(self) -> frozenset[Path]:
        """Whole tables and objects that were cut out: they exist, no more is known."""
        return frozenset(path for path in self.paths if len(path) <= 2)

    @cached_property
    def misspelt(self) -> Mapping[str, frozenset[str]]:
        """The wrong keys of each table."""
        tables: dict[str, set[str]] = {}
        for path in self.misnamed:
            if len(path) == 2:
                tables.setdefault(str(path[0]), set()).add(str(path[1]))
        return {table: frozenset(keys) for table, keys in tables.items()}

    @cached_property
    def _above(self) -> frozenset[Path]:
        """Whatever a part was cut out of, and what was cut out itself."""
        return frozenset(path[:end] for path in self.paths for end in range(len(path) + 1))

    def touch(self, *path: str | int) -> bool:
        """Whether this, a part of it, or what it stands in was cut out."""
        return self.below(path) or any(path[:end] in self.paths for end in range(len(path)))

    def below(self, path: Path) -> bool:
        """Whether this or a part of it was cut out."""
        return path in self._above

    def written(self, path: Path) -> Path:
        """A path into the model as a path into the document: indices behind a hole are higher."""
        if not self.holes:
            return path
        result: Path = ()
        for step in path:
            if isinstance(step, int):
                for hole in self.holes.get(result, ()):
                    step += hole <= step  # noqa: PLW2901
            result = (*result, step)
        return result


NOTHING = Cuts()


def shape_check_all(
    model: type[M], document: str, data: dict[str, Any], fill: dict[str, Any] | None = None
) -> tuple[M | None, list[Flaw], Cuts]:
    """The model of what is well-formed, all flaws of shape, and what was cut out.

    `fill` gives values for missing keys of the top, so that one missing key hides nothing.
    """
    result, misfits = shape_check(model, document, data)
    if result is not None:
        return result, [], NOTHING
    work = _Pruner(data)
    first = misfits
    for _ in range(_ROUNDS):
        for misfit in misfits:
            if misfit.missing and not misfit.path:
                if fill and misfit.missing in fill:
                    work.filled[misfit.missing] = fill[misfit.missing]
            else:
                path = work.cuts.written(misfit.path)
                work.cut(path)
                if misfit.bad_key:
                    work.misnamed.add(path)
        work.settle()
        result, misfits = shape_check(model, document, work.rest())
        if result is not None:
            break
    for misfit in first:
        meant = (*misfit.path[:-1], misfit.meant)
        if misfit.meant and not work.has(meant):  # a key that is only misspelt is not missing
            work.gone.add(meant)
    work.settle()
    return result, _told(first), work.cuts


def _told(misfits: Iterable[Misfit]) -> list[Flaw]:
    """The flaws of all misfits, but a required key that is there in another spelling is one."""
    meant = {(*m.path[:-1], m.meant) for m in misfits if m.meant}
    return [
        m.flaw
        for m in misfits
        if m.flaw is not None and not (m.missing and (*m.path, m.missing) in meant)
    ]


def _meant(path: Path) -> Path:
    """The path as the model has it: a MAC address has many spellings there, and one here."""
    if len(path) < 2 or path[0] != "devices" or not isinstance(path[1], str):
        return path
    bare = bare_mac(path[1])
    return (path[0], bare, *path[2:]) if bare else path


class _Pruner:
    """A document's data with parts cut out, never changing the data itself."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.gone: set[Path] = set()
        self.misnamed: set[Path] = set()
        self.filled: dict[str, Any] = {}
        self.cuts = NOTHING

    def cut(self, path: Path) -> None:
        """Cut this out; where it is out already, what it stands in."""
        while path and (path in self.gone or not self.has(path)):
            path = path[:-1]
        if path:
            self.gone.add(path)

    def has(self, path: Path) -> bool:
        """Whether the data has something at this path."""
        node: Any = self.data
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return False
        return True

    def settle(self) -> None:
        """Take what was cut so far into `cuts`."""
        holes: dict[Path, list[int]] = {}
        for path in self.gone:
            if isinstance(path[-1], int):
                holes.setdefault(path[:-1], []).append(path[-1])
        self.cuts = Cuts(
            frozenset(self.gone) | {_meant(path) for path in self.gone},
            frozenset(self.misnamed),
            {
                spelt: tuple(sorted(found))
                for path, found in holes.items()
                for spelt in (path, _meant(path))
            },
        )

    def rest(self) -> dict[str, Any]:
        """The data without what was cut out."""
        within = {path[:end] for path in self.gone for end in range(len(path) + 1)}
        rest = self._copy(self.data, (), within)
        return {**rest, **self.filled}

    def _copy(self, node: Any, path: Path, within: set[Path]) -> Any:
        if path not in within:
            return node  # untouched: models do not change their input
        if isinstance(node, dict):
            steps = [(key, (*path, key)) for key in node]
            return {k: self._copy(node[k], p, within) for k, p in steps if p not in self.gone}
        if isinstance(node, list):
            steps = [(index, (*path, index)) for index in range(len(node))]
            return [self._copy(node[i], p, within) for i, p in steps if p not in self.gone]
        return node
