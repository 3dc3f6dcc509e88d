"""Findings as SARIF 2.1.0 (OASIS), which code scanners and editors read."""

import json
import os
from typing import Any
from urllib.parse import quote

from dialform import __version__
from dialform.cli.reporters.report import Report
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.rule import rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "SRCROOT"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """A SARIF log of one run; its rules are those that have a finding."""
    codes = sorted({d.code for d in report.diagnostics})
    index = {code: i for i, code in enumerate(codes)}
    levels = {d.code: _LEVELS[d.severity] for d in report.diagnostics}
    run = {
        "tool": {
            "driver": {
                "name": "dialform",
                "version": __version__,
                "rules": [_descriptor(code, levels[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The root of the repository that holds the site."}}
        },
        "results": [_result(report, d, index[d.code]) for d in report.diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _descriptor(code: str, level: str) -> dict[str, Any]:
    """A reportingDescriptor. A code without a rule keeps the level of its findings."""
    known = rule(code)
    if known is None:
        return {"id": code, "defaultConfiguration": {"level": level}}
    text = known.explain() or known.message or code
    return {
        "id": code,
        "name": known.__name__,
        "shortDescription": {"text": _first_sentence(text)},
        "fullDescription": {"text": text},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    head, dot, _ = paragraph.partition(". ")
    return head + "." if dot else paragraph


def _result(report: Report, d: Diagnostic, index: int) -> dict[str, Any]:
    message = f"{d.message}\nHint: {d.hint}" if d.hint else d.message
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": index,
        "level": _LEVELS[d.severity],
        "message": {"text": message},
    }
    if d.file:
        result["locations"] = [{"physicalLocation": _location(report.path(d.file), d)}]
    return result


def _location(path: str, d: Diagnostic) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(os.fsencode(path), safe="/"), "uriBaseId": _ROOT},
        "region": {
            "startLine": d.line,
            "startColumn": d.column,
            "endColumn": max(d.end, d.column + 1),
        },
    }
