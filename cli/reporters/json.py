"""Findings for programs: every one of them, with the counts."""

import json
from dataclasses import asdict
from typing import Any

from dialform.cli.reporters.report import Report
from dialform.schema.diagnostic import Diagnostic


def render(report: Report) -> str:
    """One JSON object: `diagnostics` in order, and `summary` with the counts.

    ASCII only, so that it survives every pipe and also a file name that is no UTF-8.
    """
    return json.dumps(
        {
            "diagnostics": [_finding(d) for d in report.diagnostics],
            "summary": asdict(report.counts),
        },
        indent=2,
    )


def _finding(d: Diagnostic) -> dict[str, Any]:
    return {
        "code": d.code,
        "severity": d.severity.value,
        "file": d.file,
        "line": d.line,
        "column": d.column,
        "end": d.end,
        "message": d.message,
        "hint": d.hint,
    }
