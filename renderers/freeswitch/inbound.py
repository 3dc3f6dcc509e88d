"""DIDs in two levels of context: all but the last two digits choose the second.

A context of 10,000 DIDs costs 10,000 regular expressions for each call; two levels cost about 200.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialform.compiler.dialling import national_form
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.resolved import TenantSummary

_LAST = 2


@dataclass(frozen=True, slots=True)
class Did:
    """A DID by its digits, and the tenant that it is of."""

    digits: str
    slug: str


@dataclass(frozen=True, slots=True)
class Alias:
    """National forms of DIDs whose last digits are the same: `endings` is an alternation.

    `national` and `international` are what stands before these digits in either form.
    """

    national: str
    international: str
    endings: str


@dataclass(frozen=True, slots=True)
class Range:
    """One context of the second level: the numbers that begin with `prefix`."""

    prefix: str
    dids: tuple[Did, ...]
    aliases: tuple[Alias, ...]


def ranges(tenants: Sequence[TenantSummary]) -> list[Range]:
    """The contexts of the second level, by prefix."""
    dids = {
        did.removeprefix("+"): Did(did.removeprefix("+"), tenant.slug)
        for tenant in tenants
        for did, _ in tenant.dids
    }
    own: dict[str, list[Did]] = {}
    for digits in sorted(dids):
        own.setdefault(digits[:-_LAST], []).append(dids[digits])
    aliases = _aliases(dids)
    return [
        Range(prefix, tuple(own.get(prefix, ())), tuple(aliases.get(prefix, ())))
        for prefix in sorted({*own, *aliases})
    ]


def _aliases(dids: Iterable[str]) -> dict[str, list[Alias]]:
    """National forms by their prefix. What is a DID as it stands means that DID."""
    known = set(dids)
    endings: dict[tuple[str, str], list[str]] = {}
    taken: set[str] = set()
    for digits in sorted(known):
        for form in _national(digits):
            if form not in known and form not in taken and form[-_LAST:] == digits[-_LAST:]:
                taken.add(form)
                pair = (form[:-_LAST], digits[:-_LAST])
                endings.setdefault(pair, []).append(form[-_LAST:])
    found: dict[str, list[Alias]] = {}
    for (national, international), last in endings.items():
        alias = Alias(national, international, "|".join(last))
        found.setdefault(national, []).append(alias)
    return found


def _national(digits: str) -> list[str]:
    """A DID as carriers of its own country may send it: with and without national prefix."""
    try:
        number = parse_e164(f"+{digits}", "US")
        region = number.region or "US"
        forms = [number.national, national_form(number, region) if len(region) == 2 else ""]
    except NumberError:
        return []
    return [form for form in dict.fromkeys(forms) if len(form) > _LAST and form.isdigit()]
