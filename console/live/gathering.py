"""From what the switch said to what somebody is shown: each view's values, within a reach."""

from collections.abc import Iterable

from dialform.console.live import gist
from dialform.console.live.look import Look
from dialform.console.live.reach import Reach
from dialform.console.live.words import DOING, GATEWAYS, STATES, plain
from dialform.reconcile.desk.legs import Leg, within
from dialform.reconcile.desk.scope import Scope

ANSWERED = ("ACTIVE", "HELD", "UNHELD")


def calls(look: Look, reach: Reach) -> tuple[gist.Party, ...]:
    """The legs within reach; those of one call stand together."""
    found = within(look.moment.legs_of(reach.tenant), look.scope(reach))
    mine = {leg.uuid: leg for leg in found}
    beside: dict[str, Leg] = {}
    for leg in found:
        for one in (leg, mine.get(leg.other)):
            if one is not None:
                beside.setdefault(one.uuid, one)
    return tuple(party(look, leg) for leg in beside.values())


def party(look: Look, leg: Leg) -> gist.Party:
    """A leg, and with whom it speaks or what it is in."""
    number, name = _who(look, leg)
    other = look.moment.by_uuid.get(leg.other)
    doing = DOING.get(leg.channel.application, "")
    if other is not None and other.tenant == leg.tenant:
        doing = "with " + " ".join(part for part in _who(look, other) if part)
    elif not doing and leg.extension and leg.channel.direction == "inbound":
        doing = f"calls {plain(leg.channel.dest)}"
    return gist.Party(
        uuid=leg.uuid, tenant=leg.tenant, number=number, name=name, extension=bool(leg.extension),
        trunk=leg.trunk, state=STATES.get(leg.state, gist.Badge(plain(leg.state.lower()))), doing=doing,
        since=leg.channel.created, held=leg.held,
        can_hold=bool(leg.extension) and leg.state in ANSWERED and other is not None,
    )  # fmt: skip


def _who(look: Look, leg: Leg) -> tuple[str, str]:
    if leg.extension:
        return leg.extension, look.name(leg.tenant, leg.extension)
    if leg.channel.direction == "inbound":
        number, name = plain(leg.channel.cid_num), plain(leg.channel.cid_name)
        return number, "" if name == number else name
    return plain(leg.channel.dest), ""


def gateways(look: Look, reach: Reach) -> tuple[gist.Gateway, ...]:
    """The trunks. What they carry is all tenants': only an admin sees numbers."""
    scope = look.scope(reach)
    return tuple(
        gist.Gateway(
            name=one.name, up=one.up, said=one.state, retry=one.retry, ping=round(one.ping),
            state=GATEWAYS.get(one.state, gist.Badge(plain(one.state))) if one.up or one.state != "REGED"
            else gist.Badge("does not answer", "bad"),
            numbers=(one.calls_in, one.calls_out, one.failed_in + one.failed_out)
            if reach.admin else None,
        )
        for one in sorted(look.moment.gateways, key=lambda gateway: gateway.name)
        if reach.manages and scope.trunk(one.name)
    )  # fmt: skip


def registrations(look: Look, reach: Reach) -> tuple[gist.Phone, ...]:
    """The phones that are registered, by tenant and extension."""
    scope, found = look.scope(reach), []
    for one in look.moment.phones_of(reach.tenant, reach.extensions):
        number, _, slug = one.user.partition(".")
        if scope.domain(one.domain) and scope.extension(slug, number):
            found.append((slug, number, f"{one.network}:{one.port}", one.transport))
    return tuple(
        gist.Phone(slug, number, look.name(slug, number), address, transport)
        for slug, number, address, transport in sorted(found)
    )


def parked(look: Look, reach: Reach) -> tuple[gist.Parked, ...]:
    """Calls that wait in slots: a tenant's are all its people's to take, but who waits is not."""
    scope = look.scope(reach)
    found = []
    for one in look.moment.parked:
        slug = one.lot.partition("@")[0]
        if not scope.tenant(slug):
            continue
        leg = look.moment.by_uuid.get(one.uuid)
        shown = leg is not None and leg.tenant == slug and reach.manages
        found.append(
            gist.Parked(slug, plain(one.slot), party(look, leg) if shown and leg else None)
        )
    return tuple(found)


def rooms(look: Look, reach: Reach) -> tuple[gist.Room, ...]:
    """Conference rooms by who is in them: a leg says in which room it is (`slug.room@profile`)."""
    scope = look.scope(reach)
    found: dict[tuple[str, str], list[Leg]] = {}
    for leg in _in_rooms(look.moment.legs_of(reach.tenant)):
        slug, _, room = leg.channel.application_data.partition("@")[0].partition(".")
        if slug == leg.tenant and scope.tenant(slug):
            found.setdefault((slug, plain(room)), []).append(leg)
    return tuple(
        gist.Room(
            slug, room.removeprefix("adhoc."), _room_name(look, slug, room),
            tuple(party(look, leg) for leg in legs),
        )
        for (slug, room), legs in sorted(found.items())
        if reach.manages or _is_in(legs, scope)
    )  # fmt: skip


def _in_rooms(legs: Iterable[Leg]) -> Iterable[Leg]:
    return (leg for leg in legs if leg.channel.application == "conference")


def _is_in(legs: Iterable[Leg], scope: Scope) -> bool:
    return any(scope.extension(leg.tenant, leg.extension) for leg in legs if leg.extension)


def _room_name(look: Look, slug: str, room: str) -> str:
    tenant = look.tenant(slug)
    entry = tenant.tenant.conferences.get(room) if tenant else None
    return plain(entry.name or "") if entry else ""


def now(look: Look, reach: Reach) -> gist.Now:
    """The dashboard's numbers. A call is counted once, by its leg of a phone that began or took it."""
    legs = within(look.moment.legs_of(reach.tenant), look.scope(reach))
    phones = {(one.tenant, one.extension) for one in registrations(look, reach)}
    trunks = gateways(look, reach)
    customer = look.customer(reach.tenant) if reach.tenant else None
    known = len(customer.extensions) if customer else 0
    center = look.moment.center
    waiting = sum(
        one["state"] in ("Waiting", "Trying")
        and (not reach.tenant or one["queue"].partition(".")[0] == reach.tenant)
        for one in center.members
    )
    return gist.Now(
        calls=_calls(legs), outside=sum(bool(leg.trunk) for leg in legs), phones=len(phones),
        extensions=known if reach.extensions is None else len(reach.extensions),
        trunks=len(trunks) if reach.manages else None,
        trunks_up=sum(one.up for one in trunks) if reach.manages else None,
        waiting=waiting if reach.manages else None,
        away=look.moment.error,
    )  # fmt: skip


def _calls(legs: Iterable[Leg]) -> int:
    """Legs that are bridged are one call."""
    seen: set[str] = set()
    count = 0
    for leg in legs:
        if leg.uuid not in seen:
            count += 1
            seen |= {leg.uuid, leg.other}
    return count


def switch(look: Look, reach: Reach) -> str:
    """Why nothing newer is known; "" where the switch answers. Only an admin is told where it is."""
    if not look.moment.error:
        return ""
    return look.moment.error if reach.admin else "The phone system does not answer at the moment."


def placing(look: Look, reach: Reach) -> tuple[gist.Asked, ...]:
    """The calls that a visitor asked for."""
    return look.asked(reach.account)
