"""A tenant's three contexts: what phones dial, where transfers come in, and the inner flow."""

import re

from dialform.compiler.dialling import caller_forms
from dialform.compiler.resolved import Tenant
from dialform.renderers.freeswitch import busy, caps, faxes, names, numbersets, tones
from dialform.renderers.freeswitch.extensions import missed, ringing
from dialform.renderers.freeswitch.features import in_call
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.following import following
from dialform.renderers.freeswitch.groups import groups
from dialform.renderers.freeswitch.ivr import Menu
from dialform.renderers.freeswitch.media import media_path
from dialform.renderers.freeswitch.pages import in_pages
from dialform.renderers.freeswitch.parking import FULL, call_back_marks, lot
from dialform.renderers.freeswitch.pickup import reaches
from dialform.renderers.freeswitch.queues import Queues
from dialform.renderers.freeswitch.recording import RATE, recorder
from dialform.renderers.freeswitch.refusals import refuse
from dialform.renderers.freeswitch.rooms import in_rooms
from dialform.renderers.freeswitch.tones import DIAL, UNAVAILABLE
from dialform.schema.platform import FeatureCodes
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Greeted:
    """A mailbox with a greeting of the site."""

    number: str
    path: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """DIDs of one provider that go to the same place: `digits` is an alternation."""

    digits: str
    provider: str
    goes: str
    caller_id_prefix: str
    listens: str
    """Where the call goes upon a fax tone (`faxes.listens`)."""


def dialplan(
    tenant: Tenant, flow: Flow, menus: list[Menu], callcenter: Queues
) -> dict[str, object]:
    """What the dialplan's template needs. `menus` and `callcenter` were made with the same flow."""
    entries, reasons = ringing(tenant, flow), missed(tenant, flow)
    follows = following(tenant, flow)
    lone = [box.number for box in tenant.mailboxes if not box.of_extension]
    rings = groups(tenant, flow)
    calls = _inbound(tenant, flow)
    # Only now has the flow seen every destination.
    passes = any(call.target.pass_caller_id for call in flow.outside)
    return {
        "tenant": tenant,
        "slug": tenant.slug,
        "codes": {**dict.fromkeys(FeatureCodes.model_fields, ""), **dict(_codes(tenant))},
        "reaches": reaches(tenant),
        "most": busy.most(tenant),
        "own_calls": busy.key(tenant, "${user_name}"),
        "its_calls": busy.key(tenant, "${dialform_self}"),
        "in_call": in_call(tenant),
        "cap": f"{_cap_key(tenant)} {tenant.cap}" if tenant.cap else "",
        "cap_key": _cap_key(tenant),
        "encrypted": any(e.srtp == "required" for e in tenant.extensions),
        "emergency": "|".join(map(re.escape, tenant.emergency_numbers)),
        "ringing": entries,
        "reasons": reasons,
        "follows": follows,
        "groups": rings,
        "menus": menus,
        "callcenter": callcenter,
        "lone_boxes": "|".join(lone),
        "own_boxes": "|".join(e.number for e in tenant.extensions if e.mailbox == e.number),
        "boxes": "|".join(box.number for box in tenant.mailboxes),
        "greeted": _greeted(tenant),
        "plain_boxes": "|".join(box.number for box in tenant.mailboxes if not box.greeting),
        "inbound": calls,
        "flow": flow,
        "faxes": faxes.machines(tenant, flow),
        "fax_codecs": faxes.CODECS,
        "fax_seconds": faxes.LONGEST,
        "listening": faxes.LISTENS if any(call.listens for call in calls) else 0,
        "first_ring": tones.ring_for(tenant.country, faxes.RINGS),
        "passes": passes,
        "recorder": recorder(tenant),
        "rate": RATE,
        "caller_forms": caller_forms(tenant.country) if passes or tenant.blocked else (),
        "blocks": tenant.block_anonymous or bool(tenant.blocked),
        "blocked": numbersets.parts(tenant.blocked),
        "blocked_short": numbersets.short(tenant.blocked),
        "not_called": numbersets.parts(tenant.do_not_call),
        "not_called_short": numbersets.short(tenant.do_not_call),
        "unavailable": UNAVAILABLE,
        "dial_tone": DIAL,
        "parking": lot(tenant),
        "full_tone": FULL,
        "call_back_marks": call_back_marks(tenant),
        "refuse": refuse,
        **in_rooms(tenant),
        **in_pages(tenant),
    }


def _codes(tenant: Tenant) -> list[tuple[str, str]]:
    """The feature codes as regular expressions."""
    return [(name, re.escape(code)) for name, code in tenant.feature_codes]


def _cap_key(tenant: Tenant) -> str:
    return caps.key(tenant.cap_backend, "tenant", tenant.slug)


def _greeted(tenant: Tenant) -> list[Greeted]:
    return [
        Greeted(box.number, media_path(tenant.slug, box.greeting))
        for box in tenant.mailboxes
        if box.greeting
    ]


def _inbound(tenant: Tenant, flow: Flow) -> list[Inbound]:
    suspended = f"suspended XML {flow.context}"
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for route in tenant.inbound_routes:
        goes = suspended if tenant.suspended else flow.to(route.target)
        prefix = names.encoded(route.caller_id_prefix)
        known = (route.provider, goes, prefix, faxes.listens(tenant, route, flow))
        alike.setdefault(known, []).append(route.did.removeprefix("+"))
    return [Inbound("|".join(digits), *key) for key, digits in alike.items()]
