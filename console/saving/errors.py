"""Why something was not saved, with what a form needs to show it.

```text
Refused             (console/errors.py)
├── Invalid         the site would have errors: `findings`
└── Denied          the visitor's role does not allow it: `verdicts`
Conflict            (console/errors.py)
└── Clash           somebody else changed the same meanwhile: `clashes`, each with all sides
```
"""

from collections.abc import Sequence
from typing import Any

from dialform.compiler.reviewing.verdicts import Verdict
from dialform.console.errors import Conflict, Refused
from dialform.console.forms.labels import told
from dialform.console.saving.edit import Edit
from dialform.console.saving.finding import Finding
from dialform.schema.rule import Path
from dialform.values import dataclass


class Invalid(Refused):
    """The site would have errors that it does not have now."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = [one for one in findings if one.is_error]
        first = told(errors[0].message, "")[0] if errors else "the site would have errors"
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        super().__init__(f"Nothing was saved: {first}{more}. Mend it below, and save again.")
        self.findings = tuple(findings)


class Denied(Refused):
    """The visitor's role does not allow all of it."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        why = "; ".join(dict.fromkeys(f"{one.what}: {one.ruling.why}" for one in verdicts))
        who = ", ".join(dict.fromkeys(one.ruling.who for one in verdicts))
        super().__init__(f"Nothing was saved: {why}. It takes {who}.")
        self.verdicts = tuple(verdicts)


@dataclass(frozen=True, slots=True)
class Overlap:
    """One edit that does not fit what stands there now. `base` is what it began from (GONE where that is not
    known any more), `theirs` what stands there now, `mine` what was to be saved; `paths` are the fields, from
    the edit's path on, that both changed.
    """

    edit: Edit
    base: Any
    theirs: Any
    mine: Any
    paths: tuple[Path, ...] = ()


class Clash(Conflict):
    """Somebody else changed the same meanwhile. Nothing was saved and nothing is lost: `clashes`."""

    def __init__(self, clashes: Sequence[Overlap]) -> None:
        super().__init__(
            "Somebody else changed this while you did. Look at both versions, and choose what holds."
        )
        self.clashes = tuple(clashes)
