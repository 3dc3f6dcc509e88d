"""Which of the registrations of an extension is the phone's own: several phones may share one.

A registration says its User-Agent and its contact. Many vendors' phones put their MAC into one of them, all
their maker's name, and nearly all their model's.
"""

import re
from collections.abc import Sequence
from functools import cache

from dialform.compiler.phones.catalogue import plain, vendor_of, vendors
from dialform.reconcile.phones.listed import Phone
from dialform.switch.questions import Registered

_MAC = re.compile(r"(?<![0-9a-f])[0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5}(?![0-9a-f])")


def own(phone: Phone, registered: Sequence[Registered]) -> list[Registered]:
    """The registrations that are this phone's, as far as they say so; those that may be, where none does.

    One that names another MAC, or another vendor of the catalogue, is not.
    """
    known = [(one, _macs(one)) for one in registered]
    if named := [one for one, macs in known if phone.mac in macs]:
        return named
    silent = [one for one, macs in known if not macs]
    made = [one for one in silent if _maker(one.agent) == phone.vendor]
    names = _models(phone.vendor, phone.model)
    return (
        [one for one in made if any(name in plain(one.agent) for name in names)]
        or made
        or [one for one in silent if not _maker(one.agent)]
    )


def _macs(one: Registered) -> set[str]:
    text = f"{one.agent}\n{one.contact}".lower()
    return {re.sub("[:-]", "", found) for found in _MAC.findall(text)}


def _maker(agent: str) -> str:
    """The vendor that a User-Agent begins with; empty: none of the catalogue."""
    text = agent.lower()
    return next((key for start, key in _agents() if text.startswith(start)), "")


@cache
def _models(vendor: str, model: str) -> tuple[str, ...]:
    """What a model is called: a phone says its own name, of which the catalogue may have another as well."""
    found = vendor_of(vendor)
    known = found.models.get(model) if found is not None else None
    return tuple(plain(name) for name in (model, *(known.also if known else ())))


@cache
def _agents() -> tuple[tuple[str, str], ...]:
    """How each vendor's User-Agent begins, and its key; the longest first."""
    every = [found for key in vendors() if (found := vendor_of(key)) is not None]
    pairs = [(one.agent.lower(), one.key) for one in every if one.agent]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))
