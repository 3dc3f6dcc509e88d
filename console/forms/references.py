"""Which fields name other objects, and what is suggested there."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel

from dialform.compiler.scope import Scope
from dialform.console.site import Site
from dialform.schema.destination import Cause
from dialform.schema.telephony import Extension

MOST_OF_ALL = 200
"""Suggestions where no kind is chosen yet; of each kind all are offered."""

Offer = tuple[str, str]
"""A value, and what stands beside it for people."""

FIELDS: dict[str, str] = {
    "Extension.user": "users", "Device.user": "users", "FaxAccount.users": "users", "Mailbox.users": "users",
    "Extension.caller_id": "numbers", "Tenant.caller_id": "numbers", "Emergency.caller_id": "numbers",
    "FaxAccount.number": "numbers", "Member.number": "extensions", "FollowMeStep.number": "extensions",
    "Agent.number": "extensions", "Line.extension": "extensions", "Paging.members": "extensions",
    "CallQueue.music": "music_on_hold", "Conference.music": "music_on_hold",
    "Device.profile": "device_profiles", "Device.vendor": "vendors", "Device.model": "models",
    "Key.value": "dialled", "Subscription.package": "packages", "Subscription.plan": "plans",
    "Route.plan": "plans", "Plan.rates": "rates", "Route.providers": "providers",
    "PhoneLine.provider": "providers", "Rate.file": "rate-files", "FaxDocument.file": "media",
    "FaxAccount.cover": "media", "Platform.trusted_signers": "keys", "CallTest.caller": "callers",
    "CallTest.to": "dialled", "CallTest.tenant": "tenants", "Expect.trunk": "providers",
    "Given.gateway_down": "providers", "SwitchHost.tenants": "", "MusicOnHold.files": "sounds",
    "Given.busy": "extensions", "Given.no_answer": "extensions", "Expect.rings": "extensions",
    "Expect.answered_by": "extensions", "Given.answers": "extensions", "Expect.voicemail": "to-voicemail",
    "Expect.ivr": "to-ivr", "Expect.queue": "to-queue", "Expect.conference": "to-conference",
    "Expect.fax": "to-fax", "Expect.plays": "sounds", "Console.self_service": "self-service",
    "Tenant.numbers": "", "Tenant.inbound_routes": "numbers", "Tenant.follow_me": "extensions",
    "Fax.accounts": "fax-extensions",
}  # fmt: skip
"""By model and field. "" says that a field names nothing that there is already."""

_TITLES = {
    "extension number": "extensions", "path of a file": "sounds", "time zone": "zones", "codec": "codecs",
    "country code": "countries",
}  # fmt: skip
"""By the schema's kind of value, where a field is not listed."""


CLOSED = frozenset(
    {"users", "numbers", "music_on_hold", "device_profiles", "vendors", "packages", "plans", "rates",
     "providers", "fax-extensions", "to-voicemail", "to-ivr", "to-queue", "to-conference", "to-fax"}
)  # fmt: skip
"""Suggestions besides which nothing is right."""


def offers(model: type[BaseModel], name: str, title: str) -> str:
    """The name of what is suggested in a field; "" for nothing."""
    for cls in model.__mro__:
        if (key := f"{cls.__name__}.{name}") in FIELDS:
            return FIELDS[key]
    return _TITLES.get(title, "")


def offered(name: str, site: Site, scope: Scope | None) -> list[Offer]:
    """What is suggested: of the tenant, where there is one, and of the platform."""
    if name == "to-any":
        found = (offered(f"to-{kind}", site, scope) for kind in _TARGETS)
        return [one for many in found for one in many][:MOST_OF_ALL]
    if name.startswith("to-") and (target := _TARGETS.get(name.removeprefix("to-"))):
        return list(target(scope)) if scope else []
    if (ours := _OF_TENANT.get(name)) is not None:
        return list(ours(scope)) if scope else []
    platform = _OF_PLATFORM.get(name)
    return list(platform(site)) if platform else []


def _named(table: str, kind: str = "") -> Callable[[Scope], Iterator[Offer]]:
    def found(scope: Scope) -> Iterator[Offer]:
        for key, one in getattr(scope.tenant, table).items():
            name = getattr(one, "name", None) or getattr(one, "description", None) or ""
            yield key, " · ".join(part for part in (kind, name) if part)

    return found


def _mailboxes(scope: Scope) -> Iterator[Offer]:
    yield from _named("voicemails", "Mailbox")(scope)
    for key, one in scope.tenant.extensions.items():
        if one.voicemail and key not in scope.tenant.voicemails:
            yield key, f"Mailbox · {one.name}"


def _phones(scope: Scope) -> Iterator[Offer]:
    return (
        (key, f"Extension · {one.name}")
        for key, one in scope.tenant.extensions.items()
        if _voice(one)
    )


def _voice(extension: Extension) -> bool:
    return extension.type == "voice"


def _faxes(scope: Scope) -> Iterator[Offer]:
    for key in scope.tenant.fax.accounts:
        name = scope.tenant.extensions[key].name if key in scope.tenant.extensions else ""
        yield key, f"Fax account · {name}"


def _fax_extensions(scope: Scope) -> Iterator[Offer]:
    return ((key, one.name) for key, one in scope.tenant.extensions.items() if not _voice(one))


def _sounds(scope: Scope) -> Iterator[Offer]:
    return (
        (path, "")
        for path in media_of(scope)
        if path.lower().endswith((".wav", ".mp3", ".ogg", ".flac"))
    )


def media_of(scope: Scope) -> list[str]:
    """The files of media/ that a tenant may use: its own, and those that are nobody's."""
    own = f"media/{scope.slug}/"
    return sorted(
        path for path in scope.view.files
        if path.startswith("media/") and (path.count("/") == 1 or path.startswith(own))
    )  # fmt: skip


def _dialled(scope: Scope) -> Iterator[Offer]:
    for table, kind in _NUMBERED:
        yield from _named(table, kind)(scope)


_NUMBERED = (
    ("extensions", "Extension"), ("ring_groups", "Ring group"), ("call_queues", "Call queue"),
    ("ivr_menus", "IVR menu"), ("conferences", "Conference"), ("paging", "Paging group"),
)  # fmt: skip


def _callers(scope: Scope) -> Iterator[Offer]:
    yield from _named("extensions")(scope)
    yield "anonymous", "shows no number"


_CAUSES = ("normal", *get_args(Cause))

_TARGETS: dict[str, Callable[[Scope], Iterable[Offer]]] = {
    "extension": _phones, "ring_group": _named("ring_groups", "Ring group"),
    "ivr": _named("ivr_menus", "IVR menu"), "voicemail": _mailboxes,
    "queue": _named("call_queues", "Call queue"), "conference": _named("conferences", "Conference"),
    "fax": _faxes, "schedule": lambda scope: ((key, "Schedule") for key in scope.tenant.schedules),
    "play": _sounds, "external": lambda _: (), "number": _dialled,
    "hangup": lambda _: ((cause, "Hang up") for cause in _CAUSES),
}  # fmt: skip
"""What destinations of each kind may name."""

_OF_TENANT: dict[str, Callable[[Scope], Iterable[Offer]]] = {
    "users": _named("users"), "numbers": _named("numbers"), "extensions": _named("extensions"),
    "fax-extensions": _fax_extensions, "music_on_hold": _named("music_on_hold"),
    "device_profiles": _named("device_profiles"), "dialled": _dialled, "callers": _callers,
    "sounds": _sounds, "media": lambda scope: ((path, "") for path in media_of(scope)),
}  # fmt: skip


def _zones(_: Site) -> Iterator[Offer]:
    from dialform.schema.zones import zone_names

    return ((zone, "") for zone in sorted(zone_names()))


def _countries(_: Site) -> Iterator[Offer]:
    from phonenumbers import SUPPORTED_REGIONS

    return ((code, "") for code in sorted(SUPPORTED_REGIONS))


def _codecs(_: Site) -> Iterator[Offer]:
    return (
        (codec, "") for codec in ("OPUS", "G722", "PCMU", "PCMA", "G729", "G726-32", "GSM", "ILBC")
    )


def _vendors(_: Site) -> Iterator[Offer]:
    from dialform.compiler.phones.catalogue import vendor_of, vendors

    return ((key, one.name) for key in vendors() if (one := vendor_of(key)))


def _models(_: Site) -> Iterator[Offer]:
    from dialform.compiler.phones.catalogue import vendor_of, vendors

    found = (one for key in vendors() if (one := vendor_of(key)))
    return ((model, one.name) for one in found for model in one.models)


def _view(part: Callable[[Any], Iterable[Offer]]) -> Callable[[Site], Iterable[Offer]]:
    return lambda site: part(site.view) if site.view else ()


_OF_PLATFORM: dict[str, Callable[[Site], Iterable[Offer]]] = {
    "zones": _zones, "countries": _countries, "codecs": _codecs, "vendors": _vendors, "models": _models,
    "tenants": lambda site: ((slug, "") for slug in site.slugs),
    "providers": _view(lambda view: ((key, one.name or "") for key, one in view.providers.items())),
    "packages": _view(lambda view: ((key, "") for key in view.billing.packages)),
    "plans": _view(lambda view: ((key, "") for key in view.billing.plans)),
    "rates": _view(lambda view: ((key, "") for key in view.billing.rates)),
    "rate-files": lambda site: ((path, "") for path in site.tree.entries if path.startswith("rates/")),
    "keys": lambda site: ((path, "") for path in site.tree.entries if path.startswith("keys/")),
}  # fmt: skip
