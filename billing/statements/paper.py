"""A statement as a PDF: the same bytes whenever the same statement is printed."""

import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from dialform.billing.statements import fonts, plot
from dialform.billing.statements.head import heading, letterhead, warnings
from dialform.billing.statements.sections import sections
from dialform.billing.statements.statement import Statement
from dialform.billing.statements.table import Column, Table, for_people
from dialform.billing.statements.values import printable

_PADDING, _NARROWEST = 3, 34
_MARGIN = 48
_LONGEST = 240
"""Letters of a cell; what is longer is cut, since no row may be taller than a page."""
_ROWS = 400
"""Rows of one table. A longer one goes on as the next, or each page would copy all that is left."""


def paper(statement: Statement) -> bytes:
    """The PDF, on A4."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    target = io.BytesIO()
    whose = printable(statement.party.company or statement.party.tenant)
    title = f"{heading(statement)}: {whose}"
    made = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, invariant=1, title=title, author=printable(statement.party.platform),
        subject="", creator="Dialform", lang="en",
    )  # fmt: skip

    def foot(canvas: Any, _: Any) -> None:
        canvas.setFont("Helvetica", 7)
        text = f"{statement.party.tenant}   {statement.period}   page {canvas.getPageNumber()}"
        canvas.drawRightString(A4[0] - _MARGIN, 28, text)

    made.build(list(_story(statement, A4[0] - 2 * _MARGIN)), onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def _story(statement: Statement, width: float) -> Iterator[Any]:
    from reportlab.platypus import KeepTogether, Paragraph

    styles = _styles()
    yield Paragraph(fonts.marked(heading(statement), bold=True), styles["title"])
    for line in letterhead(statement):
        yield Paragraph(fonts.marked(_cut(line)), styles["who"])
    for line in warnings(statement):
        yield Paragraph(fonts.marked(line), styles["warning"])
    for table in sections(statement):
        title = Paragraph(fonts.marked(table.title, bold=True), styles["heading"])
        first, *rest = list(_tables(table, width))
        yield title
        yield first
        yield from rest
        if table.name == "balance" and statement.days:
            what = fonts.marked(plot.heading(statement), bold=True)
            yield KeepTogether([Paragraph(what, styles["heading"]), plot.drawing(statement)])


def _tables(table: Table, width: float) -> Iterator[Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, Paragraph

    columns, rows, total = for_people(table)
    if not rows:
        yield Paragraph(fonts.marked(table.empty), _styles()["who"])
        return
    head = [column.title for column in columns]
    size = 6.5 if len(columns) > 9 else 8
    widths = _widths(columns, [head, *rows, *([total] if total else [])], width, size)
    grid, ink = HexColor("#e2e8f0"), HexColor("#4a5568")
    for start in range(0, len(rows), _ROWS):
        last = start + _ROWS >= len(rows)
        part = rows[start : start + _ROWS] + ([total] if total and last else [])
        style: list[Any] = [
            ("FONT", (0, 0), (-1, -1), fonts.face().name, size),
            ("FONT", (0, 0), (-1, 0), fonts.face(True).name, size),
            ("TEXTCOLOR", (0, 0), (-1, 0), ink),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, grid),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            *(("ALIGN", (i, 0), (i, -1), "RIGHT") for i, one in enumerate(columns) if one.right),
        ]
        if total and last:
            style.append(("FONT", (0, -1), (-1, -1), fonts.face(True).name, size))
            style.append(("LINEABOVE", (0, -1), (-1, -1), 1, ink))
        cells = [
            [_cell(text, columns[i], widths[i], size) for i, text in enumerate(row)] for row in part
        ]
        yield LongTable([head, *cells], colWidths=widths, repeatRows=1, style=style, hAlign="LEFT")


def _cell(text: str, column: Column, width: float, size: float) -> Any:
    """The text itself where it fits in one line, which is quick; else a paragraph that wraps it."""
    from reportlab.platypus import Paragraph

    if column.right or (fonts.fits(text) and _long(text, size) <= width - 2 * _PADDING):
        return text
    return Paragraph(fonts.marked(_cut(text)), _cell_style(size))


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: float, size: float
) -> list[float]:
    """Numbers get what they need; texts share what is left, nobody more than needed."""
    need = [
        max(_long(text, size) for text in {_cut(row[i]) for row in rows}) + 2 * _PADDING + 1
        for i in range(len(columns))
    ]
    fixed = sum(need[i] for i, one in enumerate(columns) if one.right)
    left, texts = width - fixed, [i for i, one in enumerate(columns) if not one.right]
    found = list(need)
    for count, i in enumerate(sorted(texts, key=lambda i: need[i])):
        found[i] = max(_NARROWEST, min(need[i], left / (len(texts) - count)))
        left -= found[i]
    return found


def _long(text: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, fonts.face(True).name, size))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@cache
def _cell_style(size: float) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle("cell", fontName=fonts.face().name, fontSize=size, leading=size + 2)


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    normal, bold, ink = fonts.face().name, fonts.face(True).name, HexColor("#4a5568")
    return {
        "title": ParagraphStyle("title", fontName=bold, fontSize=16, leading=22),
        "heading": ParagraphStyle("heading", fontName=bold, fontSize=10, leading=14, spaceBefore=14,
                                  spaceAfter=3, keepWithNext=1),
        "who": ParagraphStyle("who", fontName=normal, fontSize=9, leading=12, textColor=ink),
        "warning": ParagraphStyle("warning", fontName=normal, fontSize=9, leading=12,
                                  textColor=HexColor("#9b2c2c")),
    }  # fmt: skip
