"""A rule: a code, its public explanation (the docstring), and how its finding reads."""

import inspect
from collections.abc import Mapping
from typing import ClassVar

from dialform.schema.diagnostic import Diagnostic, Place, Severity
from dialform.values import dataclass, field

Path = tuple[str | int, ...]
Spot = str
"""What of an entry is meant: its `key`, or its `value`."""

_LONGEST_VALUE = 400

_REGISTRY: dict[str, type["Rule"]] = {}


@dataclass(frozen=True, slots=True)
class Flaw:
    """A finding before its place is known: a rule broken at a path inside a document.

    `document` names the document (`routes.yaml`, `tenants.d/acme`); `path` walks its data.
    """

    rule: type["Rule"]
    document: str
    path: Path
    on: Spot = "value"
    values: Mapping[str, str] = field(default_factory=dict)
    hint: str | None = None
    message: str | None = None

    def at(self, place: Place) -> Diagnostic:
        """The diagnostic of this flaw at its place."""
        rule = self.rule
        # What a caller wrote out itself is final: it may quote braces of the operator's.
        message = rule.message.format_map(self.values) if self.message is None else self.message
        hint = rule.hint.format_map(self.values) if self.hint is None else self.hint
        return Diagnostic(
            code=rule.code,
            severity=rule.severity,
            file=place.file,
            line=place.line,
            column=place.column,
            end=place.end,
            message=printable(message),
            hint=printable(hint),
        )


class Rule:
    """Base of all rules. A subclass states `code` and `message`; its docstring is `explain`'s text.

    `message` and `hint` are `str.format` templates over the values that a flaw carries.
    """

    code: ClassVar[str] = ""
    severity: ClassVar[Severity] = Severity.ERROR
    message: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if cls.code in _REGISTRY:
            raise TypeError(f"{cls.__name__} and {_REGISTRY[cls.code].__name__} share {cls.code}")
        _REGISTRY[cls.code] = cls

    @classmethod
    def flaw(
        cls,
        document: str,
        path: Path,
        /,
        *,
        on: Spot = "value",
        hint: str | None = None,
        **values: object,
    ) -> Flaw:
        """A flaw of this rule at a path of a document."""
        return Flaw(cls, document, path, on, {k: _short(str(v)) for k, v in values.items()}, hint)

    @classmethod
    def at(cls, place: Place, /, *, hint: str | None = None, **values: object) -> Diagnostic:
        """A diagnostic of this rule at a known place (the loader knows its places at once)."""
        texts = {key: str(value) for key, value in values.items()}
        return Flaw(cls, "", (), "value", texts, hint).at(place)

    @classmethod
    def explain(cls) -> str:
        """The rule's own documentation, as `dialform explain` prints it."""
        return inspect.cleandoc(cls.__doc__ or "")


def rule(code: str) -> type[Rule] | None:
    """The rule with this code, or None."""
    return _REGISTRY.get(code)


def rules() -> list[type[Rule]]:
    """All rules in the order of their codes."""
    return [_REGISTRY[code] for code in sorted(_REGISTRY)]


def _short(text: str) -> str:
    """A value as a message quotes it: a key or a tag may be as long as a file."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def printable(text: str) -> str:
    """Text with control characters made visible, so that a terminal or a log shows one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
