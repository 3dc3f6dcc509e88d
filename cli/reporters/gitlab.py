"""Findings as a code quality report, which GitLab shows beside the lines of a merge request.

Source: docs.gitlab.com, "Code Quality", "Code Quality report format": a list of objects with
`description`, `check_name`, `fingerprint` (the same for the same finding), `severity` and `location`.
"""

import hashlib
import json
from collections import Counter
from typing import Any

from dialform.cli.reporters.report import Report
from dialform.schema.diagnostic import Diagnostic, Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """One JSON list. The fingerprint leaves the line out, so that a finding that moved is the same one."""
    seen: Counter[str] = Counter()
    return json.dumps([_finding(report, d, seen) for d in report.diagnostics], indent=2)


def _finding(report: Report, d: Diagnostic, seen: Counter[str]) -> dict[str, Any]:
    path = report.path(d.file)
    what = "\0".join((d.code, path, d.message))
    seen[what] += 1
    print_ = hashlib.sha256(f"{what}\0{seen[what]}".encode("utf-8", "backslashreplace")).hexdigest()
    return {
        "description": f"{d.message} ({d.hint})" if d.hint else d.message,
        "check_name": d.code,
        "fingerprint": print_,
        "severity": _SEVERITIES[d.severity],
        "location": {"path": path, "lines": {"begin": max(d.line, 1)}},
    }
