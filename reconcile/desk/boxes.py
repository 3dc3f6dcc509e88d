"""Whose mailboxes there are, by the site: one's own, shared ones, and those of which one sees the counts."""

from collections.abc import Iterator
from typing import Literal

from dialform.compiler.scope import Scope
from dialform.schema.telephony import Mailbox
from dialform.switch.questions import Box
from dialform.values import dataclass

Kind = Literal["own", "shared", "other"]


@dataclass(frozen=True, slots=True)
class Owned:
    """A mailbox, as somebody sees it. `other` ones are counted, never listened to."""

    number: str
    name: str
    kind: Kind
    email: str
    greeting: str
    """The site's, below media/; "" for the standard one."""
    of_extension: bool

    @property
    def open(self) -> bool:
        """Whether its messages may be listened to, marked and deleted."""
        return self.kind != "other"

    def box(self, domain: str) -> Box:
        """As the switch knows it."""
        return Box(self.number, domain)


def mailboxes(scope: Scope) -> dict[str, Mailbox]:
    """All mailboxes of a tenant, by number: an entry of `voicemails` goes before an extension's own."""
    own = {n: one.voicemail for n, one in scope.tenant.extensions.items() if one.voicemail}
    found = {**own, **scope.tenant.voicemails}
    return dict(sorted(found.items()))


def boxes_of(scope: Scope, user: str, *, manages: bool = False) -> list[Owned]:
    """The mailboxes of a user, own ones first; who manages the tenant sees the counts of all others.

    A mailbox of an extension is its user's. One that belongs to no extension is shared: it is the tenant
    administrators', and of those users whom its `users` name.
    """
    found = list(_seen(scope, user, manages))
    return sorted(found, key=lambda one: (_ORDER.index(one.kind), one.number))


_ORDER: tuple[Kind, ...] = ("own", "shared", "other")


def _seen(scope: Scope, user: str, manages: bool) -> Iterator[Owned]:
    for number, entry in mailboxes(scope).items():
        extension = scope.tenant.extensions.get(number)
        kind: Kind = "other"
        if user and extension is not None and extension.user == user:
            kind = "own"
        elif (user and user in entry.users) or (manages and extension is None):
            kind = "shared"
        elif not manages:
            continue
        person = scope.tenant.users.get(extension.user or "") if extension else None
        yield Owned(
            number, entry.name or (extension.name if extension else number), kind,
            entry.email or (person.email if person else None) or "", entry.greeting or "",
            extension is not None,
        )  # fmt: skip
