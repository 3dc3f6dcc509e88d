"""From the kinds of actions of a change to steps with names: which gateway, which queue, whose phones."""

from collections.abc import Callable, Iterable, Iterator

from dialform.compiler.media import is_sound
from dialform.compiler.phones.resolve import ports_of
from dialform.compiler.planning import hosts
from dialform.compiler.planning.actions import Step, step
from dialform.compiler.planning.impact import TABLE, XML, Effect, asking, effect, whole
from dialform.compiler.planning.objects import Change, FieldChange
from dialform.compiler.planning.sides import Sides
from dialform.compiler.scope import PlatformView
from dialform.compiler.webphones import WEBPHONE
from dialform.schema.tenant import Tenant


def outcome(change: Change, sides: Sides) -> tuple[Effect, list[Step]]:
    """What a change does, and the steps of it."""
    found = _effect(change, sides)
    made = [one for kind in found.kinds for one in _NAMED.get(kind, _bare)(change, sides, kind)]
    return found, list(dict.fromkeys(made))


def _effect(change: Change, sides: Sides) -> Effect:
    table = change.id.table
    if table == "providers":
        return _provider(change, sides)
    if table == "hosts" and change.action == "update":
        return hosts.effect_of(change, sides)
    if table == "devices" and _is_webphone(change, sides):
        return whole("webphones", "update")
    if table == "call_queues" and change.action == "update":
        return _queue(change)
    if table == "media" and not is_sound(change.id.key):
        return whole("fax_files", "update")
    return effect(change)


def _queue(change: Change) -> Effect:
    """Whether there is a place for callers without agents decides more than which it is."""
    for one in change.fields:
        if one.path == ("no_agent",) and one.old is not None and one.new is not None:
            return _with_each_call(change, one)
    return effect(change)


def _with_each_call(change: Change, field: FieldChange) -> Effect:
    """What an update does of which one field is read with each new call, whatever the table says."""
    rest = tuple(one for one in change.fields if one is not field)
    more = effect(Change(change.id, "update", rest)) if rest else Effect()
    return Effect(effect(change).impact, XML) | more


def _provider(change: Change, sides: Sides) -> Effect:
    """A trunk that is not active is none, and what all trunks share may change with one."""
    name, was_name = change.id.key, change.renamed_from or change.id.key
    old = sides.old.providers.get(was_name) if sides.old else None
    new = sides.new.providers.get(name)
    was, is_ = bool(old and old.active), bool(new and new.active)
    if not was and not is_:
        return Effect()
    if was and is_:
        found = _gateway_of(change, bool(new and new.username))
    else:
        found = whole("providers", "create" if is_ else "delete")
    for fact, of in _SHARED.items():
        if sides.old is not None and of(sides.old) != of(sides.new):
            alone = (of(_only(sides.old, was_name)), of(_only(sides.new, name)))
            if alone[0] != alone[1]:
                found |= TABLE["trunks", "update", fact]
    if (
        change.action == "update"
        and sides.old is not None
        and _networks(sides.old) == _networks(sides.new)
    ):
        kinds = tuple(kind for kind in found.kinds if kind != "reloadacl")
        found = Effect(found.impact, kinds, found.remark)
    return found


def _gateway_of(change: Change, with_login: bool) -> Effect:
    """What a change of an active trunk does: with a user name, its caller ID is no part of the gateway."""
    if with_login and change.action == "update":
        for one in change.fields:
            if one.path == ("caller_id",):
                return _with_each_call(change, one)
    return effect(change)


def _only(view: PlatformView, name: str) -> PlatformView:
    providers = {name: view.providers[name]} if name in view.providers else {}
    return PlatformView(view.platform, view.routes, view.billing, providers)


def _encrypted(view: PlatformView) -> bool:
    return any(p.active and p.transport == "tls" for p in view.providers.values())


def _by_name(view: PlatformView) -> bool:
    from dialform.compiler.platform import host_is_name

    return any(p.active and host_is_name(p.host) for p in view.providers.values())


def _codecs(view: PlatformView) -> tuple[str, ...]:
    trunks = (codec for _, p in sorted(view.providers.items()) if p.active for codec in p.codecs)
    return tuple(dict.fromkeys((*view.platform.defaults.codecs, *trunks)))


def _networks(view: PlatformView) -> set[str]:
    """Where carriers' calls come from, as the access list has it."""
    from dialform.compiler.platform import host_is_name

    active = [p for p in view.providers.values() if p.active]
    return {a for p in active for a in p.addresses} | {
        p.host for p in active if not host_is_name(p.host)
    }


_SHARED: dict[str, Callable[[PlatformView], object]] = {
    "encrypted": _encrypted, "by_address": _by_name, "codecs": _codecs,
}  # fmt: skip
"""What the trunks' profile has from all trunks together."""


def _is_webphone(change: Change, sides: Sides) -> bool:
    for before, key in ((True, change.renamed_from or change.id.key), (False, change.id.key)):
        tenant = sides.tenant(change.id.tenant, before=before)
        device = tenant.devices.get(key) if tenant else None
        if device and device.vendor == WEBPHONE:
            return True
    return False


def _bare(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    yield step(kind)


def _host(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    old = kind == "stop" and change.renamed_from
    yield step(kind, host=old or change.id.key)


def _rescan(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """The trunks' profile for a trunk, the phones' for tenants, both for what both have."""
    table = change.id.table
    if table == "providers":
        yield step("rescan", profile=_profile_of(change.id.key, sides.new))
    elif table == "account" or not any(hosts.of_carriers(f.path) for f in asking(change, kind)):
        yield from (step("rescan", profile=one) for one in sides.profiles("internal"))
    else:
        yield from _rescan_all(change, sides, kind)


def _rescan_all(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    for which in ("internal", "external"):
        yield from (step("rescan", profile=one) for one in sides.profiles(which))


def _profile_of(name: str, view: PlatformView | None) -> str:
    """Which profile holds a gateway: who has an IPv6 address is called from the one that has one."""
    provider = view.providers.get(name) if view else None
    six = view is not None and any(host.address6 for host in view.platform.hosts.values())
    return "external6" if provider and six and ":" in provider.host else "external"


def _gateway(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    name = change.renamed_from or change.id.key
    yield step(kind, profile=_profile_of(name, sides.old), gateway=name)


def _restart_trunks(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    yield from (step("profile_restart", profile=one) for one in sides.profiles("external"))


def _flush(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """One extension's phones. They are filed as `<number>.<slug>` (renderers, directory)."""
    number, slug = change.renamed_from or change.id.key, change.id.tenant
    who = f"{number}.{slug}@{sides.domain(slug, before=True)}"
    yield from (step("flush", profile=p, who=who) for p in sides.profiles("internal"))


def _flush_tenant(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    slug = change.renamed_from or change.id.tenant
    who = f"@{sides.domain(slug, before=True)}"
    yield from (step("flush", profile=p, who=who) for p in sides.profiles("internal"))


def _flush_all(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """All phones of all tenants whose domain is below the platform's."""
    for slug in sides.before.tree.tenants:
        tenant = sides.tenant(slug, before=True)
        if tenant is None or not tenant.domain:
            who = f"@{sides.domain(slug, before=True)}"
            yield from (step("flush", profile=p, who=who) for p in sides.profiles("internal"))


_SAY = {"es": "es_ar", "fr": "fr", "pt": "pt", "ru": "ru", "sv": "sv", "zh": "zh"}
"""The modules that say numbers, beside English (which is there always and speaks for all others)."""


def _load(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """A language that is spoken for the first time brings its module."""
    for one in change.fields:
        say = _SAY.get(str(one.new).split("-")[0]) if one.path == ("language",) else None
        if say:
            yield step("load", module=f"mod_say_{say}")


def _queue_step(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    old = change.renamed_from and kind in ("queue_empty", "queue_unload")
    key = change.renamed_from if old else change.id.key
    yield step(kind, queue=f"{change.id.tenant}.{key}")


def _agents_of(tenant: Tenant | None, number: str) -> list[str]:
    queue = tenant.call_queues.get(number) if tenant else None
    return [agent.number for agent in queue.agents] if queue else []


def _left(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """Agents who are no longer in this queue, or (`agent_del`) in none at all."""
    slug = change.id.tenant
    old, new = sides.tenant(slug, before=True), sides.tenant(slug, before=False)
    number = change.renamed_from or change.id.key
    now = _agents_of(new, change.id.key) if not change.renamed_from else []
    gone = [one for one in _agents_of(old, number) if one not in now]
    everywhere = {a.number for q in new.call_queues.values() for a in q.agents} if new else set()
    for agent in gone:
        if kind == "tier_del":
            yield step(kind, queue=f"{slug}.{number}", agent=f"{slug}.{agent}")
        elif agent not in everywhere:
            yield step(kind, agent=f"{slug}.{agent}")


def _stream(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    key = change.renamed_from if change.renamed_from and kind == "stream_stop" else change.id.key
    yield step(kind, stream=f"{change.id.tenant}.{key}")


def _all_names(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """What begins with the slug of a tenant that has another one now: queues, agents, streams."""
    old = sides.tenant(change.renamed_from, before=True)
    if old is not None:
        yield from hosts.leaves(change.renamed_from, old)
        yield from hosts.comes(change.id.tenant, sides.tenant(change.id.tenant, before=False))


def _streams_with(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """The streams that play a sound file, and did before: a new one is started with it."""
    before = sides.tenant(change.id.tenant, before=True)
    tenant = sides.tenant(change.id.tenant, before=False)
    had = before.music_on_hold if before else {}
    for name, music in (tenant.music_on_hold if tenant else {}).items():
        if change.id.key in music.files and name in had:
            yield step("stream_reload", stream=f"{change.id.tenant}.{name}")


def _queues_of(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """Music of the name `default` is heard in every queue that names it or none."""
    if "default" not in (change.id.key, change.renamed_from):
        return
    old = sides.tenant(change.id.tenant, before=True)
    new = sides.tenant(change.id.tenant, before=False)
    for number, queue in (new.call_queues if new else {}).items():
        if queue.music in (None, "default") and old and number in old.call_queues:
            yield step("queue_reload", queue=f"{change.id.tenant}.{number}")


def _notify(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """The tenants that have phones which may fetch something else; who does, is seen when it is compiled."""
    ours = sides.new.platform.provisioning
    if ours is None or not ours.resync or not _reaches_phones(change, sides):
        return
    slugs = [change.id.tenant] if change.id.tenant else sorted(sides.after.tree.tenants)
    for slug in slugs:
        if change.id.table == "hosts" and _ports(sides.old, slug) == _ports(sides.new, slug):
            continue
        if _may_have_phones(sides, slug, all_at_once=not change.id.tenant):
            yield step(kind, tenant=slug)


def _may_have_phones(sides: Sides, slug: str, *, all_at_once: bool) -> bool:
    """Whether a tenant has phones. Of a thousand at once only the text is looked at: to read what each
    means would take seconds, and to announce it of one too many does no harm.
    """
    tree = sides.after.tree
    if all_at_once:
        return any(b"vendor" in tree.read(path) for path in tree.tenants[slug])
    tenant = sides.tenant(slug, before=False)
    devices = tenant.devices.values() if tenant else ()
    return any(device.vendor != WEBPHONE for device in devices)


def _reaches_phones(change: Change, sides: Sides) -> bool:
    """Of routes and mailboxes phones know little: emergency numbers, and whether a line has a mailbox."""
    match change.id.table:
        case "routes":
            return sides.old is None or sides.old.emergency_numbers != sides.new.emergency_numbers
        case "voicemails":
            numbers = {change.id.key, change.renamed_from}
            both = (sides.tenant(change.id.tenant, before=before) for before in (True, False))
            return any(tenant and numbers & tenant.extensions.keys() for tenant in both)
        case _:
            return True


def _ports(view: PlatformView | None, slug: str) -> tuple[int, int] | None:
    """The ports that a tenant's phones are told."""
    return ports_of(view.platform, slug) if view else None


Named = Callable[[Change, Sides, str], Iterable[Step]]

_NAMED: dict[str, Named] = {
    "boot": _host, "stop": _host, "rescan": _rescan, "rescan_all": _rescan_all,
    "killgw": _gateway, "gateway_gone": _gateway, "profile_restart": hosts.restart, "moved": hosts.moved,
    "restart_trunks": _restart_trunks, "flush": _flush, "flush_tenant": _flush_tenant,
    "flush_all": _flush_all, "all_names": _all_names, "load": _load, "queue_empty": _queue_step,
    "queue_unload": _queue_step, "queue_load": _queue_step, "queue_reload": _queue_step,
    "tier_del": _left, "agent_del": _left, "stream_start": _stream, "stream_stop": _stream,
    "stream_reload": _stream, "streams_with": _streams_with, "queues_of": _queues_of,
    "notify": _notify,
}  # fmt: skip
"""How each kind that the table names finds what it is about; the others are about nothing."""
