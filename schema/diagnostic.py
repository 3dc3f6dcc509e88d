"""What a person is told: one finding with its place and the way out."""

from enum import StrEnum

from dialform.values import dataclass


class Severity(StrEnum):
    """How bad a finding is: only errors stop a compile."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """A span on one line of a file. Lines and columns count from 1; `end` is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding as it is shown: `file` is relative to the site, lines and columns count from 1.

    `end` is the exclusive end column on the same line.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    end: int
    message: str
    hint: str = ""

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The fixed order in which findings are reported."""
        return (self.file, self.line, self.column, self.code, self.message)


def worst(diagnostics: list[Diagnostic]) -> Severity | None:
    """The gravest severity among the findings, or None where there are none."""
    present = {d.severity for d in diagnostics}
    return next((s for s in Severity if s in present), None)
