"""The resolved site: outside numbers, and how a tenant's people dial them."""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class DialPattern:
    """A regular expression over what is dialled, and the E.164 digits (no `+`) that it means."""

    regex: str
    replacement: str


@dataclass(frozen=True, slots=True)
class NumberSet:
    """Outside numbers, each list in order: E.164 digits, first digits of such, and short numbers."""

    numbers: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    short: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.numbers or self.prefixes or self.short)


@dataclass(frozen=True, slots=True)
class Dialling:
    """How a tenant's people call the outside, besides whole numbers (`Tenant.dial_patterns`).

    `home` and `premium` are expressions over E.164 digits: national calls, and premium-rate ones
    among them; empty where no route asks. `local` is over `<caller ID>:<dialled>`. `short` is an
    expression over short numbers as dialled.
    """

    home: str = ""
    premium: str = ""
    local: DialPattern | None = None
    short: str = ""
