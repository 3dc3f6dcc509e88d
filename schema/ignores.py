"""Comments that silence a finding: `# dialform: ignore[DF1204] reason`."""

import re
from collections.abc import Iterable

from dialform.schema.diagnostic import Diagnostic, Place, Severity
from dialform.schema.rule import rule
from dialform.schema.rules import meta
from dialform.values import dataclass

_MENTION = re.compile(r"(?:^|\s)#\s*dialform:\s*(\w*)(.*)$")
_IGNORE = re.compile(r"\s*\[([^\]]*)\]\s*(.*)$")
_CODE = re.compile(r"DF[0-9]{4}\Z")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment: the codes it silences on its line, and whether it says why."""

    place: Place
    codes: tuple[str, ...]
    reason: str


def find_ignores(file: str, text: str) -> tuple[list[Ignore], list[Diagnostic]]:
    """The ignore comments of a file, and findings about those that cannot be read."""
    if "dialform:" not in text:
        return [], []
    ignores: list[Ignore] = []
    findings: list[Diagnostic] = []
    for row, line in enumerate(text.split("\n"), 1):
        found = _MENTION.search(line) if "dialform:" in line else None
        if not found:
            continue
        start = found.start() + len(found[0]) - len(found[0].lstrip()) + 1
        place = Place(file, row, start, len(line.rstrip()) + 1)
        inner = _IGNORE.match(found[2]) if found[1] == "ignore" else None
        codes = tuple(code.strip() for code in inner[1].split(",")) if inner else ()
        unknown = [code for code in codes if not (_CODE.match(code) and rule(code))]
        errors = [code for code in codes if _is_error(code)]
        if inner is None or unknown:
            hint = f"there is no finding {unknown[0]}" if unknown and unknown[0] else None
            findings.append(
                meta.BadIgnore.at(place, reason="this ignore cannot be read", hint=hint)
            )
        elif errors:
            reason = f"{errors[0]} is an error, which cannot be ignored"
            findings.append(meta.BadIgnore.at(place, reason=reason, hint="mend the error"))
        else:
            ignores.append(Ignore(place, codes, inner[2].strip()))
    return ignores, findings


def _is_error(code: str) -> bool:
    found = rule(code)
    return found is not None and found.severity is Severity.ERROR


def apply_ignores(diagnostics: Iterable[Diagnostic], ignores: Iterable[Ignore]) -> list[Diagnostic]:
    """What is left of the findings, with new ones for ignores that are unused or give no reason.

    An ignore without a reason silences nothing.
    """
    by_line: dict[tuple[str, int], list[Ignore]] = {}
    result: list[Diagnostic] = []
    for ignore in ignores:
        if ignore.reason:
            by_line.setdefault((ignore.place.file, ignore.place.line), []).append(ignore)
        else:
            codes = ", ".join(ignore.codes)
            result.append(meta.IgnoreWithoutReason.at(ignore.place, codes=codes))
    used: set[tuple[Ignore, str]] = set()
    for diagnostic in diagnostics:
        silenced = False
        for ignore in by_line.get((diagnostic.file, diagnostic.line), ()):
            if diagnostic.code in ignore.codes:
                used.add((ignore, diagnostic.code))
                silenced = True
        if not silenced:
            result.append(diagnostic)
    for line in by_line.values():
        for ignore in line:
            unused = [code for code in ignore.codes if (ignore, code) not in used]
            if unused:
                result.append(meta.UnusedIgnore.at(ignore.place, codes=", ".join(unused)))
    return result
