"""Places for the boxes of a picture, where there is no Graphviz: layers from left to right.

After Sugiyama, Tagawa and Toda (1981): circles are cut, each box comes into the layer behind all that
lead to it, long arrows get a bend in each layer that they cross, and each layer is sorted by the middle
of its neighbours. Lengths are pixels.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from dialform.values import dataclass, field

Size = tuple[float, float]
Point = tuple[float, float]

_SWEEPS = 12
_GAP = 22.0
_BEND_HEIGHT = 12.0
Knot = str | tuple[int, int]
"""A box's id, or a bend: the arrow's index and its layer."""


@dataclass(slots=True)
class Layout:
    """The middle of each box, the points of each arrow from box to box, and the size of it all."""

    boxes: dict[str, Point]
    bends: list[list[Point]]
    size: Size


def lay_out(
    sizes: Mapping[str, Size], arrows: Sequence[tuple[str, str]], gaps: Mapping[int, float] | float
) -> Layout:
    """Place boxes of these sizes. `gaps` is the room between two layers, or that of each layer's right
    side.
    """
    drawing = _Drawing(sizes, arrows)
    drawing.sort()
    return drawing.place(gaps)


def layers_of(boxes: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box, the leftmost 0."""
    onward: dict[str, list[str]] = {box: [] for box in boxes}
    for source, target in _without_circles(boxes, arrows):
        onward[source].append(target)
    waiting = dict.fromkeys(boxes, 0)
    for targets in onward.values():
        for target in targets:
            waiting[target] += 1
    starts = [box for box in boxes if not waiting[box]]
    layer = dict.fromkeys(boxes, 0)
    ready = list(starts)
    for box in ready:
        for target in onward[box]:
            layer[target] = max(layer[target], layer[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for box in starts:
        if onward[box]:  # what nothing leads to stands right before what it leads to
            layer[box] = min(layer[target] for target in onward[box]) - 1
    return layer


def _without_circles(
    boxes: Sequence[str], arrows: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The arrows with those turned round that lead back to a box on the way there."""
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target in arrows:
        onward[source].append(target)
    place: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    for start in boxes:
        walk = [(start, iter(onward[start]))] if start not in place else []
        on_the_way = {start}
        place.setdefault(start, len(place))
        while walk:
            box, targets = walk[-1]
            target = next(targets, "")
            if not target:
                on_the_way.discard(box)
                walk.pop()
            elif target in on_the_way:
                back.add((box, target))
            elif target not in place:
                place[target] = len(place)
                on_the_way.add(target)
                walk.append((target, iter(onward[target])))
    turned = [(b, a) if (a, b) in back else (a, b) for a, b in arrows]
    return [(a, b) for a, b in turned if a != b]


@dataclass
class _Drawing:
    sizes: Mapping[str, Size]
    arrows: Sequence[tuple[str, str]]
    layers: list[list[Knot]] = field(default_factory=list)
    chains: list[list[Knot]] = field(default_factory=list)

    def __post_init__(self) -> None:
        layer = layers_of(list(self.sizes), self.arrows)
        self.layers = [[] for _ in range(max(layer.values(), default=0) + 1)]
        self._near: dict[Knot, list[list[Knot]]] = defaultdict(lambda: [[], []])
        for box, number in layer.items():
            self.layers[number].append(box)
        for index, (source, target) in enumerate(self.arrows):
            step = 1 if layer[target] >= layer[source] else -1
            chain: list[Knot] = [source]
            for number in range(layer[source] + step, layer[target], step):
                self.layers[number].append((index, number))
                chain.append((index, number))
            chain.append(target)
            self.chains.append(chain)
            for one, other in pairwise(chain):
                left, right = (one, other)[::step]
                self._near[left][1].append(right)
                self._near[right][0].append(left)

    def sort(self) -> None:
        """Sort each layer by the middle of its neighbours, from the left, from the right, and again."""
        for sweep in range(_SWEEPS):
            side = sweep % 2
            order = self.layers if side == 0 else self.layers[::-1]
            where = {knot: n for layer in self.layers for n, knot in enumerate(layer)}
            for layer in order:
                middle = {}
                for knot in layer:
                    places = [where[other] for other in self._near[knot][side]]
                    middle[knot] = sum(places) / len(places) if places else float(where[knot])
                layer.sort(key=lambda knot: middle[knot])
                where.update((knot, n) for n, knot in enumerate(layer))

    def place(self, gaps: Mapping[int, float] | float) -> Layout:
        """Coordinates: layers side by side, knots near the middle of their neighbours."""
        y = self._heights()
        x: dict[Knot, float] = {}
        columns: list[tuple[float, float]] = []
        right = 0.0
        for number, layer in enumerate(self.layers):
            width = max((self._size(knot)[0] for knot in layer), default=0.0)
            x.update((knot, right + width / 2) for knot in layer)
            columns.append((right, right + width))
            right += width + (gaps if isinstance(gaps, float) else gaps.get(number, 40.0))
        top = min((y[k] - self._size(k)[1] / 2 for k in y), default=0.0)
        bottom = max((y[k] + self._size(k)[1] / 2 for k in y), default=0.0)
        points = {knot: (x[knot], y[knot] - top) for knot in y}
        boxes = {knot: point for knot, point in points.items() if isinstance(knot, str)}
        width = max((px + self.sizes[box][0] / 2 for box, (px, _) in boxes.items()), default=0.0)
        bends = [self._line(chain, points, columns) for chain in self.chains]
        return Layout(boxes, bends, (width, bottom - top))

    def _line(
        self,
        chain: list[Knot],
        points: Mapping[Knot, Point],
        columns: Sequence[tuple[float, float]],
    ) -> list[Point]:
        """An arrow's points: past the boxes of a layer it goes straight on."""
        way = 1 if points[chain[-1]][0] >= points[chain[0]][0] else -1
        line: list[Point] = []
        for knot in chain:
            x, y = points[knot]
            if isinstance(knot, str):
                line.append((x, y))
            else:
                line += [(side, y) for side in columns[knot[1]][::way]]
        return line

    def _size(self, knot: Knot) -> Size:
        return self.sizes[knot] if isinstance(knot, str) else (0.0, _BEND_HEIGHT)

    def _heights(self) -> dict[Knot, float]:
        y: dict[Knot, float] = {}
        for layer in self.layers:
            _spread(layer, dict.fromkeys(layer, 0.0), self._size, y)
        for sweep in range(_SWEEPS):
            side = sweep % 2
            for layer in self.layers if side == 0 else self.layers[::-1]:
                wanted = {}
                for knot in layer:
                    near = self._near[knot][side] or self._near[knot][1 - side]
                    wanted[knot] = sum(y[k] for k in near) / len(near) if near else y[knot]
                _spread(layer, wanted, self._size, y)
        return y


def _spread(
    layer: list[Knot],
    wanted: dict[Knot, float],
    size: Callable[[Knot], Size],
    y: dict[Knot, float],
) -> None:
    """Put a layer's knots as near as their order allows to where they want to be.

    Knots that touch move as one block, to the mean of what they want: the least squares solution
    ("pool adjacent violators").
    """
    blocks: list[tuple[float, int]] = []  # mean of (wanted - offset), how many
    offsets: list[float] = []
    offset = 0.0
    for index, knot in enumerate(layer):
        if index:
            offset += (size(layer[index - 1])[1] + size(knot)[1]) / 2 + _GAP
        offsets.append(offset)
        mean, count = wanted[knot] - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, many = blocks.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        blocks.append((mean, count))
    place = 0
    for mean, count in blocks:
        for index in range(place, place + count):
            y[layer[index]] = mean + offsets[index]
        place += count
