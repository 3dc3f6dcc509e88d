"""mod_distributor: names from a list in turn, by weight."""

from collections.abc import Iterable

from dialform.simulator.reading.markup import Element
from dialform.simulator.reading.words import integer
from dialform.values import dataclass, field

_MOST_TRIES = 1000


@dataclass(slots=True)
class _Node:
    name: str
    weight: int
    full: int = 0
    used: int = 0


@dataclass(slots=True)
class _List:
    nodes: list[_Node]
    target: int = 0
    last: int = -1

    def reset(self) -> None:
        for node in self.nodes:
            node.used = node.full
        self.last = -1

    def next(self, exceptions: Iterable[str]) -> str | None:
        """The next name, but none of the exceptions (`find_next` in mod_distributor.c)."""
        excluded = set(exceptions)
        for _ in range(_MOST_TRIES):
            if self.last >= len(self.nodes):
                self.last = -1
            open_ = [at for at, node in enumerate(self.nodes) if node.used < self.target]
            chosen = next((at for at in open_ if at > self.last), None)
            if chosen is None:
                if open_:
                    self.last = -1
                else:
                    self.reset()
                continue
            node, self.last = self.nodes[chosen], chosen
            node.used += 1
            if node.name not in excluded:
                return node.name
            if len(open_) == 1:
                self.reset()
        return None


@dataclass(slots=True)
class Distributor:
    """The lists of distributor.conf, and where each of them is."""

    _lists: dict[str, _List] = field(default_factory=dict)

    @classmethod
    def of(cls, configuration: Element | None) -> "Distributor":
        """The lists as configured; none where there is no distributor.conf."""
        lists = configuration.first("lists") if configuration else None
        found = cls()
        for element in lists.all("list") if lists else ():
            nodes = [_Node(n.get("name"), integer(n.get("weight"))) for n in element.all("node")]
            found._add(element.get("name"), [node for node in nodes if node.weight > 0])
        return found

    def _add(self, name: str, nodes: list[_Node]) -> None:
        target = sum(node.weight for node in nodes)
        for node in nodes:
            node.full = node.used = target - node.weight
        self._lists[name.lower()] = _List(nodes, target)

    def api(self, arguments: str) -> str:
        """`list [exception …]` → the next name."""
        name, _, exceptions = arguments.partition(" ")
        chosen = self._lists.get(name.lower())
        return (chosen.next(exceptions.split()) if chosen else None) or "-err"
