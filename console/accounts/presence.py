"""Who of the accounts the site knows: whoever it misses is out at once, and gone for good after a while.

One bad commit can lose a tenant. Its people are out for as long as it runs, and come back with the next, each
with the password and the second factor that they had: but only who they were. Somebody else of the same name
needs an invitation of their own.
"""

import hashlib
from collections.abc import Sequence

from dialform.console.accounts.accounts import Account
from dialform.console.site import Site
from dialform.console.visitor import Visitor, visitor_of
from dialform.values import dataclass, field

MISSED_FOR = 24 * 3_600_000_000
"""Microseconds without a break after which somebody is gone for good."""


@dataclass(slots=True)
class Seen:
    """What becomes of accounts in one look at a site."""

    missed: list[Account] = field(default_factory=list)
    present: dict[int, str] = field(default_factory=dict)
    gone: list[Account] = field(default_factory=list)


def person_of(visitor: Visitor) -> str:
    """Who somebody is besides their place in the site: a digest of name and mail address."""
    text = f"{visitor.name.casefold()}\0{visitor.email.casefold()}"
    return hashlib.sha256(text.encode()).hexdigest()


def another(account: Account, visitor: Visitor) -> bool:
    """Whether somebody else has the name of an account that the site missed."""
    return bool(account.missed) and account.person != person_of(visitor)


def seen(site: Site, found: Sequence[Account], now: int) -> Seen:
    """What becomes of accounts by a site. What cannot be read at the moment changes nothing."""
    result = Seen()
    for one in found:
        if one.gone:
            continue
        visitor = visitor_of(site, one.id, one.login, one.subject)
        if visitor is not None:
            person = person_of(visitor)
            if another(one, visitor):
                result.gone.append(one)
            elif one.missed or one.person != person:
                result.present[one.id] = person
        elif _without(site, one.subject):
            if not one.missed:
                result.missed.append(one)
            elif now - one.missed >= MISSED_FOR:
                result.gone.append(one)
    return result


def _without(site: Site, subject: str) -> bool:
    """Whether a site names somebody no more. What cannot be read names everybody."""
    if subject.startswith("@"):
        known = {handle.casefold() for handle in site.admins}
        return bool(known) and subject.casefold() not in known
    slug, _, user = subject.partition("/")
    if slug not in site.slugs:
        return bool(site.slugs)
    scope = site.tenant(slug)
    return scope is not None and user not in scope.tenant.users
