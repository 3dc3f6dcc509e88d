"""Findings for people: place, message, the source line with its mark, and the way out."""

from collections import Counter
from collections.abc import Iterator

import click

from dialform.cli.reporters.report import Report
from dialform.cli.reporters.snippet import snippet
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.rule import printable

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_INFOS_SHOWN = 3
_INDENT = "    "


def render(report: Report) -> str:
    """The findings in order, a block each, and a last line with the counts.

    Of more than three infos of one code in one file the rest is one line, unless `all_infos`.
    """
    lines: list[str] = []
    infos = Counter((d.file, d.code) for d in report.diagnostics if d.severity is Severity.INFO)
    seen: Counter[tuple[str, str]] = Counter()
    for d in report.diagnostics:
        kind = (d.file, d.code)
        if d.severity is Severity.INFO and not report.all_infos:
            seen[kind] += 1
            if seen[kind] == _INFOS_SHOWN + 1:
                lines.append(_more(report, d, infos[kind] - _INFOS_SHOWN))
            if seen[kind] > _INFOS_SHOWN:
                continue
        lines.extend(_block(report, d))
    lines.append(_style(report, str(report.counts), bold=True))
    return "\n".join(lines)


def _block(report: Report, d: Diagnostic) -> Iterator[str]:
    place = f"{printable(d.file)}:{d.line}:{d.column}: " if d.file else ""
    yield f"{_style(report, place, bold=True)}{_kind(report, d)} {printable(d.message)}"
    yield from _source(report, d)
    if d.hint:
        yield f"{_INDENT}hint: {printable(d.hint)}"


def _source(report: Report, d: Diagnostic) -> Iterator[str]:
    if (d.file, d.line) in report.withheld:
        yield f"{_INDENT}(the line is not shown: it holds a secret)"
        return
    line = report.line(d.file, d.line)
    if line is None or not line.strip():
        return
    shown = snippet(line, d.column, d.end, report.width - len(_INDENT))
    yield _INDENT + shown.source
    yield _INDENT + _style(report, shown.mark, fg=_COLOURS[d.severity], bold=True)


def _more(report: Report, d: Diagnostic, count: int) -> str:
    place = f"{printable(d.file)}: " if d.file else ""
    return f"{_style(report, place, bold=True)}{_kind(report, d)} and {count} more like these"


def _kind(report: Report, d: Diagnostic) -> str:
    return _style(report, d.severity.value, fg=_COLOURS[d.severity], bold=True) + f" {d.code}"


def _style(report: Report, text: str, *, fg: str | None = None, bold: bool = False) -> str:
    return click.style(text, fg=fg, bold=bold) if report.colour and text else text
