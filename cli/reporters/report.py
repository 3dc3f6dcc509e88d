"""What a reporter is given: the findings and what may be shown with them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.values import dataclass

LinesOf = Callable[[str], Sequence[str]]


def _no_lines(file: str) -> Sequence[str]:
    raise FileNotFoundError(file)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings of each severity there are."""

    errors: int
    warnings: int
    infos: int

    def __str__(self) -> str:
        parts = [
            f"{n} {word}{'' if n == 1 else 's'}"
            for n, word in (
                (self.errors, "error"),
                (self.warnings, "warning"),
                (self.infos, "info"),
            )
            if n
        ]
        return ", ".join(parts) or "no findings"


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in the order in which they are shown, and how.

    `lines` gives the lines of a file by its path relative to the site (asked once a finding: let
    it remember); when it raises OSError, ValueError or LookupError, no source line is shown.
    `withheld` are the (file, line) pairs that hold a secret: their text is never shown. `base` is
    the site's folder inside its repository, for the formats that a forge reads (empty: the root).
    `width` is in terminal cells. `all_infos`, `colour` and `width` matter to the text format only.
    """

    diagnostics: Sequence[Diagnostic]
    lines: LinesOf = _no_lines
    withheld: frozenset[tuple[str, int]] = frozenset()
    base: str = ""
    all_infos: bool = False
    colour: bool = False
    width: int = 100

    @property
    def counts(self) -> Counts:
        """The findings of this report, counted by severity."""
        by = Counter(d.severity for d in self.diagnostics)
        return Counts(by[Severity.ERROR], by[Severity.WARNING], by[Severity.INFO])

    def path(self, file: str) -> str:
        """A file's path relative to the repository's root."""
        base = self.base.strip("/")
        return f"{base}/{file}" if base and base != "." else file

    def line(self, file: str, number: int) -> str | None:
        """The text of a line (counted from 1), or None where there is none to show."""
        if (file, number) in self.withheld:
            return None
        try:
            lines = self.lines(file)
        except (OSError, ValueError, LookupError):
            return None
        return lines[number - 1] if 0 < number <= len(lines) else None


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal whose owner takes colour (https://no-color.org)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
