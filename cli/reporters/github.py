"""Findings as workflow commands, which GitHub shows beside the lines of a pull request.

Source: docs.github.com, "Workflow commands for GitHub Actions"; the escapes are those of
`@actions/core` (`escapeData`, `escapeProperty`).
"""

from dialform.cli.reporters.report import Report
from dialform.schema.diagnostic import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def render(report: Report) -> str:
    """One command a finding, then the counts as a plain line of the log."""
    lines = [_command(report, d) for d in report.diagnostics]
    return "\n".join([*lines, str(report.counts)])


def _command(report: Report, d: Diagnostic) -> str:
    properties: dict[str, object] = {"title": d.code}
    if d.file:
        properties = {
            "file": report.path(d.file),
            "line": d.line,
            "col": d.column,
            # GitHub marks up to and with this column; ours is exclusive.
            "endColumn": max(d.column, d.end - 1),
            **properties,
        }
    listed = ",".join(f"{key}={str(v).translate(_PROPERTY)}" for key, v in properties.items())
    message = f"{d.message}\nhint: {d.hint}" if d.hint else d.message
    return f"::{_COMMANDS[d.severity]} {listed}::{message.translate(_DATA)}"
