"""The month as bars: what each day cost or, where nothing did, how long people were on the line.

One drawing for the page (SVG) and for paper (vectors of the PDF). No text of anybody else is in it.
"""

import calendar
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dialform.billing.money import MICRO
from dialform.billing.statements.statement import Day, Statement
from dialform.billing.statements.values import Money

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

WIDTH, HEIGHT = 487.0, 140.0
_LEFT, _RIGHT, _BOTTOM, _TOP = 52.0, 4.0, 26.0, 16.0
_FONT, _SIZE = "Helvetica", 7
_COLOURS = {"voice": "#2b6cb0", "fax": "#b7791f", "conference": "#2f855a"}
_WORDS = {"voice": "calls", "fax": "faxes", "conference": "conferences"}
_INK, _GRID = "#4a5568", "#e2e8f0"


def heading(statement: Statement) -> str:
    """What the plot shows."""
    what = f"Cost a day, {statement.party.currency}" if _costs(statement.days) else "Minutes a day"
    return f"{what}, {statement.period}"


def drawing(statement: Statement) -> "Drawing":
    """The bars of a month, stacked by service."""
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib.colors import HexColor

    year, month = int(statement.period[:4]), int(statement.period[5:])
    count = calendar.monthrange(year, month)[1]
    heights = _heights(statement.days)
    top = _ceiling(max((sum(each.values()) for each in heights.values()), default=0.0))
    made = Drawing(WIDTH, HEIGHT)
    _axes(made, top, count, statement.party.currency if _costs(statement.days) else "")
    step = (WIDTH - _LEFT - _RIGHT) / count
    for day, parts in sorted(heights.items()):
        base = _BOTTOM
        for service, value in sorted(parts.items(), key=lambda one: list(_COLOURS).index(one[0])):
            height = round(value / top * (HEIGHT - _BOTTOM - _TOP), 2)
            made.add(Rect(round(_LEFT + (day - 0.85) * step, 2), base, round(step * 0.7, 2), height,
                          strokeWidth=0, strokeColor=None,
                          fillColor=HexColor(_COLOURS[service])))  # fmt: skip
            base += height
    _legend(made, {service for parts in heights.values() for service in parts})
    return made


def svg(statement: Statement) -> str:
    """The drawing as an SVG element for a page: no style attribute, no reference to anywhere."""
    from reportlab.graphics.renderSVG import SVGCanvas, draw

    canvas = SVGCanvas((WIDTH, HEIGHT), useClip=True)
    draw(drawing(statement), canvas)
    root = canvas.svg
    for name in ("xmlns:xlink", "preserveAspectRatio", "version", "width", "height"):
        if root.hasAttribute(name):
            root.removeAttribute(name)
    root.setAttribute("role", "img")
    root.setAttribute("aria-label", heading(statement))
    for node in [node for node in root.childNodes if node.nodeName in ("title", "desc")]:
        root.removeChild(node)
    _attributes(root)
    return str(root.toxml())


def _attributes(node: Any) -> None:
    """Style as attributes: a strict policy of a page allows no style that stands in an element."""
    if node.nodeType != node.ELEMENT_NODE:
        return
    if node.hasAttribute("style"):
        for each in node.getAttribute("style").split(";"):
            name, colon, value = each.partition(":")
            if colon:
                node.setAttribute(name.strip(), value.strip())
        node.removeAttribute("style")
    for name in ("clip", "id"):
        if node.hasAttribute(name):
            node.removeAttribute(name)
    for child in node.childNodes:
        _attributes(child)


def _costs(days: Sequence[Day]) -> bool:
    return any(one.amount > 0 for one in days)


def _heights(days: Sequence[Day]) -> dict[int, dict[str, float]]:
    """Day → service → how high, in the currency or in minutes."""
    costs = _costs(days)
    found: dict[int, dict[str, float]] = {}
    for one in days:
        # For the eye alone: no amount is computed from it.
        value = one.amount / MICRO if costs else one.seconds / 60
        if value > 0 and one.service in _COLOURS:
            parts = found.setdefault(one.day, {})
            parts[one.service] = parts.get(one.service, 0.0) + value
    return found


def _ceiling(value: float) -> float:
    """The next round number: 1, 2 or 5 with zeros."""
    if value <= 0:
        return 1.0
    power = 1e-6
    while True:
        for each in (1, 2, 5):
            if each * power >= value:
                return each * power
        power *= 10


def _axes(made: "Drawing", top: float, count: int, currency: str) -> None:
    from reportlab.graphics.shapes import Line
    from reportlab.lib.colors import HexColor

    for part in range(5):
        y = _BOTTOM + (HEIGHT - _BOTTOM - _TOP) * part / 4
        made.add(Line(_LEFT, y, WIDTH - _RIGHT, y, strokeWidth=0.5, strokeColor=HexColor(_GRID)))
        made.add(_text(_LEFT - 4, y - 2.5, _tick(top * part / 4, currency), "end"))
    step = (WIDTH - _LEFT - _RIGHT) / count
    for day in range(1, count + 1):
        if day == 1 or day % 5 == 0:
            made.add(_text(_LEFT + (day - 0.5) * step, _BOTTOM - 10, str(day), "middle"))


def _tick(value: float, currency: str) -> str:
    if currency:
        return Money(round(value * MICRO), currency).shown()
    return f"{value:,.10g}"


def _legend(made: "Drawing", services: set[str]) -> None:
    from reportlab.graphics.shapes import Rect
    from reportlab.lib.colors import HexColor

    x = _LEFT
    for service in (each for each in _COLOURS if each in services):
        made.add(Rect(x, 3, 6, 6, strokeWidth=0, strokeColor=None,
                      fillColor=HexColor(_COLOURS[service])))  # fmt: skip
        made.add(_text(x + 9, 3.5, _WORDS[service], "start"))
        x += 64


def _text(x: float, y: float, text: str, anchor: str) -> Any:
    from reportlab.graphics.shapes import String
    from reportlab.lib.colors import HexColor

    return String(x, y, text, fontName=_FONT, fontSize=_SIZE, textAnchor=anchor,
                  fillColor=HexColor(_INK))  # fmt: skip
