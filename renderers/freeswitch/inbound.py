"""DIDs in two levels of context: all but the last two digits choose the second.

A context of 10,000 DIDs costs 10,000 regular expressions for each call; two levels cost about 200.
"""

from collections.abc import Iterable, Sequence

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from dialform.compiler.dialling import outbound_forms, translate
from dialform.compiler.resolved import TenantSummary
from dialform.values import dataclass

_LAST = 2


@dataclass(frozen=True, slots=True)
class Owned:
    """DIDs of one tenant that differ in their last digits only: `endings` is an alternation."""

    slug: str
    endings: str


@dataclass(frozen=True, slots=True)
class Alias:
    """National forms of DIDs: what stands before their last digits in the international form."""

    international: str
    endings: str


@dataclass(frozen=True, slots=True)
class Range:
    """One context of the second level: the numbers that begin with `prefix`."""

    prefix: str
    owned: tuple[Owned, ...]
    aliases: tuple[Alias, ...]


def ranges(tenants: Sequence[TenantSummary]) -> list[Range]:
    """The contexts of the second level, by prefix."""
    slugs = {did.removeprefix("+"): tenant.slug for tenant in tenants for did, _ in tenant.dids}
    owned: dict[str, dict[str, list[str]]] = {}
    for digits in sorted(slugs):
        of_prefix = owned.setdefault(digits[:-_LAST], {})
        of_prefix.setdefault(slugs[digits], []).append(digits[-_LAST:])
    aliases = _aliases(slugs, owned)
    return [
        Range(
            prefix,
            tuple(Owned(slug, "|".join(ends)) for slug, ends in owned.get(prefix, {}).items()),
            tuple(aliases.get(prefix, ())),
        )
        for prefix in sorted({*owned, *aliases})
    ]


def _aliases(dids: Iterable[str], owned: dict[str, dict[str, list[str]]]) -> dict[str, list[Alias]]:
    """National forms by their prefix. What is a DID as it stands means that DID."""
    taken = set(dids)
    found: dict[str, list[Alias]] = {}
    for international, tenants in owned.items():
        endings = sorted(ending for ends in tenants.values() for ending in ends)
        for national in _national(international, endings[0]):
            free = [ending for ending in endings if national + ending not in taken]
            if free:
                taken.update(national + ending for ending in free)
                found.setdefault(national, []).append(Alias(international, "|".join(free)))
    return found


def _national(prefix: str, ending: str) -> list[str]:
    """What stands before the last digits where carriers of the country send a national number.

    One number speaks for all that begin like it: with 10,000 DIDs, to ask for each would cost more
    than all else of a host.
    """
    digits = prefix + ending
    codes = (digits[:length] for length in (1, 2, 3))
    code = next((c for c in codes if int(c) in COUNTRY_CODE_TO_REGION_CODE), "")
    region = COUNTRY_CODE_TO_REGION_CODE[int(code)][0] if code else ""
    if len(region) != 2:  # a number of no country, such as +800
        return []
    forms = (digits.removeprefix(code), translate(outbound_forms(region), digits) or "")
    return [
        form[:-_LAST]
        for form in dict.fromkeys(forms)
        if len(form) > _LAST and form.endswith(ending) and form.isdigit()
    ]
