"""The tree of permissions: what may be ticked, what a tick means, and how it is written. Pure.

A child's tick ticks its parent, and a parent that is unticked clears its children: in a browser with
scripts at once, without them when the form is read here. Nobody can be given more than the tenant holds.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import get_args

from dialform.compiler.permissions import CHILDREN, END_USER, PARENT, effective
from dialform.schema.account import Token, User
from dialform.values import dataclass

ORDER: tuple[str, ...] = get_args(Token)
"""All permissions, in the order in which they are written."""

LABELS: Mapping[str, tuple[str, str]] = {
    "send_fax": ("Send faxes", ""),
    "receive_fax": ("Receive faxes", ""),
    "fax_setting": ("Fax settings", "who gets received faxes, the header, the cover page"),
    "contacts": ("Contacts", "the address book and the do-not-call list"),
    PARENT: ("Phone system", "extensions, schedules, paging, parking, recording, the block list"),
    "devices": ("Devices", "phones and their profiles"),
    "ring_groups": ("Ring groups", ""),
    "call_queues": ("Call queues", ""),
    "ivr_menus": ("IVR menus", ""),
    "voicemails": ("Voicemail", ""),
    "conferences": ("Conferences", ""),
    "music_on_hold": ("Music on hold", ""),
    "follow_me": ("Follow-me", ""),
    "inbound_routes": ("Inbound routes", "where calls from outside go"),
    "realtime": ("Live view and softphone", ""),
}
"""What people call each, and what it covers."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the tree. `why` says why it cannot be ticked; empty where it can."""

    token: str
    label: str
    about: str
    ticked: bool
    why: str = ""
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is given permissions: what they hold now, and what they could hold at most."""

    held: frozenset[str]
    most: frozenset[str]
    why: Mapping[str, str]
    """Of what is beyond `most`, why."""
    granted: tuple[str, ...]
    revoked: tuple[str, ...]
    whole: bool = False
    """Holds all that the tenant does, without a list: only `revoke` says otherwise."""
    barred: frozenset[str] = frozenset()
    """What must not stand in the list, even where it follows from it."""


def of_tenant(granted: Sequence[str], revoked: Sequence[str]) -> Holder:
    """A tenant: what an admin gives it."""
    held = effective(granted, revoked)
    return Holder(held, frozenset(ORDER), {}, tuple(granted), tuple(revoked))


def of_user(user: User, tenant: frozenset[str]) -> Holder:
    """A user of a tenant that holds these."""
    whole = user.role in ("admin", "tenant_admin")
    ending = user.role == "end_user"
    most = tenant & END_USER if ending else tenant
    if ending and most & CHILDREN and PARENT in tenant:
        most |= {PARENT}
    granted = tenant if whole else frozenset(user.permissions)
    held = _fitting(effective(granted, user.revoke) & most, ending)
    why = {
        token: "the tenant does not hold it"
        if token not in tenant
        else "an end user cannot have it"
        for token in ORDER
        if token not in most
    }
    return Holder(
        held, most, why, tuple(user.permissions), tuple(user.revoke), whole,
        frozenset({PARENT}) if ending else frozenset(),
    )  # fmt: skip


def tree(holder: Holder, ticked: Collection[str] | None = None) -> tuple[Node, ...]:
    """The boxes; `ticked` where somebody chose already, else what is held."""
    chosen = holder.held if ticked is None else frozenset(ticked)

    def node(token: str, children: tuple[Node, ...] = ()) -> Node:
        label, about = LABELS[token]
        why = holder.why.get(token, "")
        return Node(token, label, about, token in chosen and not why, why, children)

    def nodes() -> Iterator[Node]:
        for token in ORDER:
            if token == PARENT:
                yield node(token, tuple(node(one) for one in ORDER if one in CHILDREN))
            elif token not in CHILDREN:
                yield node(token)

    return tuple(nodes())


def chosen(holder: Holder, ticked: Collection[str]) -> frozenset[str]:
    """What a form that came without scripts means, within what may be held.

    A parent that was held and is unticked takes along the children that were held; a child that is newly
    ticked brings its parent.
    """
    wanted = set(ticked) & holder.most
    if PARENT in holder.held and PARENT not in wanted:
        wanted -= holder.held & CHILDREN
    if wanted & CHILDREN:
        wanted.add(PARENT)
    return _fitting(frozenset(wanted), PARENT in holder.barred)


def _fitting(held: frozenset[str], ending: bool) -> frozenset[str]:
    """An end user has the parent only where a child brings it."""
    return held - {PARENT} if ending and not held & CHILDREN else held


def written(holder: Holder, wanted: frozenset[str]) -> tuple[list[str], list[str]]:
    """`permissions` and `revoke` that come to this; as they stand, where they do already."""
    if wanted == holder.held:
        return list(holder.granted), list(holder.revoked)
    if holder.whole:
        gone = holder.most - wanted
        if PARENT in gone:
            gone -= CHILDREN
        return list(holder.granted), [token for token in ORDER if token in gone]
    listed = wanted - holder.barred
    if PARENT not in holder.granted and listed & CHILDREN:
        listed -= {PARENT}  # it follows from a child
    return [token for token in ORDER if token in listed], []
