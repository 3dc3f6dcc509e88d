"""A call flow as SVG without Graphviz."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape

from dialform.compiler.pictures.boxes import Box, one_line
from dialform.compiler.pictures.flowgraph import Arrow, Graph
from dialform.compiler.pictures.layers import Layout, Point, Size, lay_out, layers_of
from dialform.compiler.pictures.mermaid import COLOURS

_LARGE, _SMALL = 13, 11
_LINE = 15.0
_EDGE = 24.0
_STYLE = """text{font-family:Helvetica,Arial,sans-serif;fill:#111827;text-anchor:middle}
.l{font-size:13px;font-weight:bold}.s{font-size:11px;fill:#475569}
.a{font-size:11px;fill:#334155;paint-order:stroke;stroke:#fff;stroke-width:4px}
path{fill:none;stroke:#64748b;marker-end:url(#tip)}.rings{stroke-dasharray:5 4}
marker path{fill:#64748b;stroke:none;marker-end:none}"""


_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
)


def svg(graph: Graph) -> str:
    """The graph as an SVG of its own, the same bytes for the same graph."""
    (width, height), shapes = _drawn(graph, None)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{-_EDGE:g} {-_EDGE:g} {width} {height}">',
        f"<style>{_STYLE}</style>",
        _TIP,
        f'<rect x="{-_EDGE:g}" y="{-_EDGE:g}" width="{width}" height="{height}" fill="#fff"/>',
    ]
    return "\n".join([*lines, *shapes, "</svg>"]) + "\n"


def inline(graph: Graph, name: str, ways: Mapping[str, str]) -> str:
    """The graph as a part of a page of HTML: without styles, which the page has by the classes `flow`,
    `kind-…`, `l`, `s`, `a` and `rings`. `name` says what it shows; `ways` are addresses of boxes by id.
    """
    (width, height), shapes = _drawn(graph, ways)
    head = (
        f'<svg class="flow" role="group" aria-label="{escape(name, _QUOTE)}" width="{width}" '
        f'viewBox="{-_EDGE:g} {-_EDGE:g} {width} {height}">'
    )
    return "\n".join([head, _TIP, *shapes, "</svg>"]) + "\n"


_QUOTE = {'"': "&quot;"}


def _drawn(graph: Graph, ways: Mapping[str, str] | None) -> tuple[tuple[int, int], list[str]]:
    """The size of the picture, and what stands in it; with `ways` without colours."""
    sizes = {box.id: _size(box) for box in graph.boxes.values()}
    ends = [(arrow.source, arrow.target) for arrow in graph.arrows]
    layout = lay_out(sizes, ends, _gaps(graph, ends, 56.0 if ways is None else 30.0))
    width, height = (round(side + 2 * _EDGE) for side in layout.size)
    lines, labels = [], []
    for number, (arrow, points) in enumerate(
        zip(graph.arrows, _ports(layout, ends, sizes), strict=True)
    ):
        path, label = _arrow(arrow, points, number)
        lines.append(path)
        labels.append(label)
    for box in graph.boxes.values():
        made = _box(box, layout, sizes[box.id], painted=ways is None)
        way = ways.get(box.id) if ways else None
        lines.append(f'<a href="{escape(way, _QUOTE)}">{made}</a>' if way else made)
    return (width, height), [*lines, *filter(None, labels)]


def _width(text: str, size: int) -> float:
    """About how wide a text is: wide letters of East Asia count double."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return (len(text) + 0.8 * wide) * size * 0.56


def _size(box: Box) -> Size:
    first, *others = box.lines
    width = max([_width(first, _LARGE), *(_width(line, _SMALL) for line in others)])
    slanted = 36 if box.kind in _OUTLINES else 0
    return width + 28 + slanted, _LINE * len(box.lines) + 16


def _gaps(graph: Graph, ends: list[tuple[str, str]], room: float) -> dict[int, float]:
    """Between two layers there is room for the labels of what begins there, and some beside them."""
    layer = layers_of(list(graph.boxes), ends)
    gaps: dict[int, float] = defaultdict(lambda: room + 4)
    for arrow in graph.arrows:
        left = min(layer[arrow.source], layer[arrow.target])
        if layer[arrow.target] < layer[arrow.source]:
            left = layer[arrow.source] - 1
        gaps[left] = max(gaps[left], _width(arrow.label, _SMALL) + room)
    return gaps


def _hexagon(w: float, h: float) -> str:
    return f"{-w},0 {-w + 18},{-h} {w - 18},{-h} {w},0 {w - 18},{h} {-w + 18},{h}"


def _funnel(w: float, h: float) -> str:
    return f"{-w},{-h} {w},{-h} {w - 18},{h} {-w + 18},{h}"


_OUTLINES = {"schedule": _hexagon, "ivr": _funnel}
_ROUND = {"did": 99.0, "hangup": 99.0, "external": 99.0, "voicemail": 2.0}


def _box(box: Box, layout: Layout, size: Size, *, painted: bool) -> str:
    x, y = layout.boxes[box.id]
    half_width, half_height = size[0] / 2, size[1] / 2
    fill, border = COLOURS[box.kind]
    paint = f' fill="{fill}" stroke="{border}"' if painted else ""
    if box.kind == "missing":
        paint += ' stroke-dasharray="4 3"'
    if box.kind in _OUTLINES:
        outline = f'<polygon points="{_OUTLINES[box.kind](half_width, half_height)}"{paint}/>'
    else:
        radius = min(_ROUND.get(box.kind, 9.0), half_height)
        outline = (
            f'<rect x="{-half_width:.1f}" y="{-half_height:.1f}" width="{size[0]:.1f}" '
            f'height="{size[1]:.1f}" rx="{radius:g}"{paint}/>'
        )
    top = -_LINE * (len(box.lines) - 1) / 2 + 4
    text = "".join(
        f'<text class="{"s" if index else "l"}" y="{top + index * _LINE:.1f}">{_text(line)}</text>'
        for index, line in enumerate(box.lines)
    )
    kind = box.kind if painted else f"kind-{box.kind}"
    return f'<g class="{kind}" transform="translate({x:.1f} {y:.1f})">{outline}{text}</g>'


def _ports(
    layout: Layout, ends: list[tuple[str, str]], sizes: dict[str, Size]
) -> list[list[Point]]:
    """The arrows' points from border to border: those that share a side of a box stand apart, in the
    order of what is at their other ends.
    """
    sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = defaultdict(list)
    lines = [list(line) for line in layout.bends]
    for index, (source, target) in enumerate(ends):
        line = lines[index]
        forth = line[-1][0] > line[0][0]
        # A step within the layer leaves and comes in on the right.
        sides[source, forth or line[-1][0] == line[0][0]].append((line[1][1], index, 0))
        sides[target, not forth].append((line[-2][1], index, -1))
    for (box, on_right), ports in sides.items():
        x, y = layout.boxes[box]
        width, height = sizes[box]
        step = min(10.0, (height - 14) / max(len(ports) - 1, 1))
        for place, (_, index, end) in enumerate(sorted(ports)):
            lines[index][end] = (
                x + (width / 2 if on_right else -width / 2),
                y + (place - (len(ports) - 1) / 2) * step,
            )
    return lines


def _arrow(arrow: Arrow, points: list[Point], number: int) -> tuple[str, str]:
    """The line, and its label near its beginning."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (x2, y2) in pairwise(points):
        if y == y2:
            path += f"H{x2:.1f}"
        elif x == x2:
            path += f"C{x + 36:.1f} {y:.1f} {x + 36:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        else:
            middle = (x + x2) / 2
            path += f"C{middle:.1f} {y:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    style = ' class="rings"' if arrow.style == "rings" else ""
    label = ""
    if arrow.labels:
        (x, y), (x2, y2) = points[:2]
        # Not all in the middle, where lines cross.
        part = _PLACES[number % len(_PLACES)]
        curve = part * part * (3 - 2 * part)
        middle = x + 36 if x == x2 else x + (x2 - x) * part
        label = (
            f'<text class="a" x="{middle:.1f}" y="{y + (y2 - y) * curve + 3:.1f}">'
            f"{_text(arrow.label)}</text>"
        )
    return f'<path{style} d="{path}"/>', label


_PLACES = (0.4, 0.55, 0.47, 0.62)


def _text(text: str) -> str:
    return escape(one_line(text))
