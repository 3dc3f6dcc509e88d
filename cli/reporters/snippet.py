"""A source line with a mark under the span that a finding is about."""

import unicodedata

from rich.cells import cell_len

from dialform.values import dataclass

_TAB = 4
_FAR = 4
_CUT = "…"
_RIGHT_TO_LEFT = {"R", "AL", "AN"}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line as it is shown, and the mark below it."""

    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character of the line as it is shown, and the terminal cells that it takes."""

    text: str
    width: int


def snippet(line: str, column: int, end: int, width: int) -> Snippet:
    """The line cut to `width` terminal cells around the span, and what marks it.

    Columns count characters from 1, `end` is exclusive. Wide characters take two cells, combining
    ones none, a tab as many blanks as it stands for; what a terminal would act on is shown as `�`.
    """
    line = line.rstrip("\r\n")
    full = len(line)
    start = min(max(column, 1) - 1, full)
    stop = min(max(end - 1, start + 1), max(full, start + 1))
    # Far text cannot be shown: a file of one line of megabytes must not cost its length a finding.
    low, high = max(0, start - _FAR * width), min(len(line), start + _FAR * width)
    line, start, stop = line[low:high], start - low, min(stop, high + 1) - low
    cells = _cells(line)
    whole = low == 0 and high == full and _span(cells, 0, len(cells)) <= width
    first, last = (0, len(cells)) if whole else _window(cells, start, stop, width)
    cut_left, cut_right = low + first > 0, low + last < full
    source = "".join(c.text for c in cells[first:last])
    source = (_CUT if cut_left else "") + source + (_CUT if cut_right else "")
    if any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in line[first:stop]):
        # A terminal may draw right-to-left text elsewhere than its column: name it instead.
        named = "".join(c.text for c in cells[start : min(stop, last)])
        return Snippet(source, f"^ column {low + start + 1}: \u2068{named}\u2069")
    before = _span(cells, first, start) + int(cut_left)
    return Snippet(source, " " * before + "^" * max(_span(cells, start, min(stop, last)), 1))


def _cells(line: str) -> list[_Cell]:
    cells = []
    at = 0
    for c in line:
        if c == "\t":
            cell = _Cell(" " * (_TAB - at % _TAB), _TAB - at % _TAB)
        elif c.isprintable() or c in ("\u200c", "\u200d") or unicodedata.combining(c):
            cell = _Cell(c, cell_len(c))
        elif unicodedata.category(c) == "Zs":
            cell = _Cell(" ", 1)
        else:
            cell = _Cell("\ufffd", 1)
        cells.append(cell)
        at += cell.width
    return cells


def _window(cells: list[_Cell], start: int, stop: int, width: int) -> tuple[int, int]:
    """The slice of characters to show of a long line: the span's head with text around it."""
    room = max(width - 2 * len(_CUT), 8)
    lead = max(room // 3, room - _span(cells, start, stop) - room // 3)
    first, used = start, 0
    while first > 0 and used + cells[first - 1].width <= lead:
        first -= 1
        used += cells[first].width
    last, used = first, 0
    while last < len(cells) and used + cells[last].width <= room:
        used += cells[last].width
        last += 1
    # A line's end leaves room: fill it with what stands before.
    while last == len(cells) and first > 0 and used + cells[first - 1].width <= room:
        first -= 1
        used += cells[first].width
    while first < start and cells[first].width == 0:
        first += 1
    return first, last


def _span(cells: list[_Cell], first: int, last: int) -> int:
    return sum(c.width for c in cells[first:last])
