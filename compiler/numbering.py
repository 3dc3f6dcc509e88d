"""The rules of numbers: one space inside a tenant, E.164 outside, caller IDs that are one's own."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from dialform.compiler import numbers
from dialform.compiler.destinations import WORDS
from dialform.compiler.scope import Scope, near
from dialform.schema.account import TenantFeatureCodes
from dialform.schema.parking import slot_numbers
from dialform.schema.rule import Flaw, Path, Rule, Spot
from dialform.schema.rules import flow, platform
from dialform.schema.rules import numbers as rules

_LONGEST_INTERNAL = 6
_SPACES = {
    "extensions": WORDS["extension"], "ring_groups": WORDS["ring_group"],
    "ivr_menus": WORDS["ivr"], "call_queues": WORDS["queue"],
    "conferences": WORDS["conference"], "voicemails": WORDS["voicemail"],
    "paging": WORDS["paging"],
}  # fmt: skip


def feature_codes(scope: Scope) -> dict[str, str]:
    """Code → name, the tenant's own before the platform's. A code mapped to null is off."""
    codes = scope.view.platform.feature_codes
    own = scope.tenant.feature_codes
    result: dict[str, str] = {}
    for name in type(codes).model_fields:
        code = getattr(codes, name)
        if own is not None and name in own.model_fields_set:
            code = getattr(own, name)
        if code is not None:
            result.setdefault(code, name)
    return result


def is_internal(number: str) -> bool:
    """Whether a number is as short as those inside a tenant."""
    return number.isdigit() and len(number) <= _LONGEST_INTERNAL


def check_numbers(scope: Scope) -> Iterator[Flaw]:
    """All findings about numbers."""
    yield from _space(scope)
    yield from _owned(scope)
    yield from _caller_ids(scope)
    yield from _outside(scope)


def _space(scope: Scope) -> Iterator[Flaw]:
    tenant = scope.tenant
    taken: dict[str, str] = {}

    def take(number: str, what: str, *path: str | int) -> Iterator[Flaw]:
        other = taken.setdefault(number, what)
        if other != what:
            yield scope.flaw(
                rules.NumberTwice, *path, on="key", number=number, object=other, other=what
            )

    for table, word in _SPACES.items():
        for number in getattr(tenant, table):
            what = f"{word} {number}"
            if table == "voicemails" and number in tenant.extensions:
                if tenant.extensions[number].voicemail:
                    yield scope.flaw(rules.TwoMailboxes, table, number, on="key", number=number)
                continue  # that extension's mailbox
            yield from take(number, what, table, number)
    if tenant.parking:
        yield from take(tenant.parking.lot, "the parking lot", "parking", "lot")
        for slot in slot_numbers(tenant.parking.slots):
            yield from take(str(slot), f"parking slot {slot}", "parking", "slots")
    yield from _prefixes(scope, taken)
    yield from _codes(scope, taken)
    for name, route in scope.view.routes.items():
        for number in route.exact or () if route.toll != "emergency" else ():
            if number in taken:
                yield scope.flaw(
                    rules.HidesShortNumber,
                    *_place_of(scope, number),
                    on="key",
                    object=taken[number],
                    number=number,
                    route=name,
                )
    for number in scope.view.emergency_numbers:
        if number in taken:
            place = _place_of(scope, number)
            yield scope.flaw(
                rules.EmergencyHidden, *place, on="key", object=taken[number], number=number
            )


def _prefixes(scope: Scope, taken: dict[str, str]) -> Iterator[Flaw]:
    """Numbers that others begin with. Sorted, those stand right behind the number."""
    order = sorted(taken)
    for number, following in pairwise(order):
        if following.startswith(number) and (place := _place_of(scope, number)) != ("parking",):
            yield scope.flaw(
                rules.PrefixHidesNumber, *place, on="key", number=number, other=taken[following]
            )


def _codes(scope: Scope, taken: dict[str, str]) -> Iterator[Flaw]:
    own = scope.tenant.feature_codes or TenantFeatureCodes()
    names: dict[str, str] = {}
    codes = scope.view.platform.feature_codes
    for name in type(codes).model_fields:
        mine = name in own.model_fields_set
        code = getattr(own if mine else codes, name)
        if code is None:
            continue
        if code in taken:
            path: Path = ("feature_codes", name) if mine else _place_of(scope, code)
            spot = "value" if mine else "key"
            yield scope.flaw(
                rules.HidesExtension, *path, on=spot, code=code, name=name, object=taken[code]
            )
        elif code in names and ("feature_codes" in scope.tenant.model_fields_set):
            path = ("feature_codes", name if mine else names[code])
            what = f"the feature code {name}"
            yield scope.flaw(
                rules.NumberTwice,
                *path,
                number=code,
                object=f"the feature code {names[code]}",
                other=what,
            )
        names.setdefault(code, name)
    yield from _arguments(scope, {name: code for code, name in names.items()})


_WITH_NUMBER = ("forward_on", "conference", "pickup", "intercom")
"""Feature codes that take a number behind them."""
_DURING_CALLS = ("blind_transfer", "attended_transfer", "conference", "park")


def _arguments(scope: Scope, codes: Mapping[str, str]) -> Iterator[Flaw]:
    """Codes that would be read as another one, or pressed by mistake. The tenant's own are told here,
    those of the platform with the platform."""
    own = scope.tenant.feature_codes
    mine = own.model_fields_set if own is not None else frozenset[str]()
    for path, flaw, values in code_flaws(codes):
        if mine & set(path):
            name = next(name for name in path if name in mine)
            yield scope.flaw(flaw, "feature_codes", name, **values)


def code_flaws(
    codes: Mapping[str, str],
) -> Iterator[tuple[tuple[str, ...], type[Rule], dict[str, str]]]:
    """What is wrong among feature codes (name → code): the codes that it is about, the rule, values."""
    for name in _WITH_NUMBER:
        for hidden, other in codes.items():
            behind = other.removeprefix(codes.get(name, other))
            if name in codes and behind != other and len(behind) > 1 and behind.isdigit():
                values = {"code": codes[name], "name": name, "other": other, "hidden": hidden}
                yield (name, hidden), rules.CodeHidesCode, values
    for name in _DURING_CALLS:
        if codes.get(name, "").isdigit():
            yield (name,), rules.KeysOfDigits, {"code": codes[name], "name": name}


def _place_of(scope: Scope, number: str) -> Path:
    for table in _SPACES:
        if number in getattr(scope.tenant, table):
            return (table, number)
    return ("parking",)


def object_of(scope: Scope, number: str) -> str:
    """What of the tenant has a number, as in "extension 1001"; empty where nothing has it."""
    for table, word in _SPACES.items():
        if number in getattr(scope.tenant, table):
            return f"{word} {number}"
    parking = scope.tenant.parking
    if parking and number == parking.lot:
        return "the parking lot"
    if parking and number in map(str, slot_numbers(parking.slots)):
        return f"parking slot {number}"
    return ""


def did_numbers(scope: Scope) -> dict[str, str]:
    """The tenant's numbers: E.164 → as written. Impossible ones are left out."""
    result: dict[str, str] = {}
    for written in scope.tenant.numbers:
        try:
            result.setdefault(numbers.parse_e164(written, scope.country).e164, written)
        except numbers.NumberError:
            continue
    return result


def judge(
    document: str, number: str, country: str, path: Path, on: Spot = "value"
) -> Iterator[Flaw]:
    """Whether a written number is a number at all, in use, and in E.164."""
    verdict = numbers.check(number, country)
    if verdict not in ("valid", "possible"):
        values = {"number": number, "reason": verdict}
        yield rules.ImpossibleNumber.flaw(document, path, on=on, **values)
        return
    if verdict == "possible":
        yield rules.UnassignedNumber.flaw(document, path, on=on, number=number)
    e164 = numbers.parse_e164(number, country).e164
    if e164 != number:
        yield rules.NotE164.flaw(document, path, on=on, number=number, e164=e164)


def _judge(scope: Scope, number: str, path: Path, on: Spot = "value") -> Iterator[Flaw]:
    yield from judge(scope.document, number, scope.country, path, on)


def _owned(scope: Scope) -> Iterator[Flaw]:
    tenant, providers = scope.tenant, scope.view.providers
    spelled: dict[str, str] = {}
    for written, line in tenant.numbers.items():
        path = ("numbers", written)
        yield from _judge(scope, written, path, "key")
        if line.provider not in providers and f"providers.d/{line.provider}.yaml" not in (
            scope.view.incomplete
        ):
            yield scope.flaw(
                platform.UnknownProvider,
                *path,
                "provider",
                name=line.provider,
                near=near(line.provider, providers),
            )
        try:
            e164 = numbers.parse_e164(written, scope.country).e164
        except numbers.NumberError:
            continue
        first = spelled.setdefault(e164, written)
        if first != written:
            yield scope.flaw(
                platform.DidTwice, *path, on="key", did=e164, other=f"this tenant (as {first})"
            )
    yield from _routed(scope, spelled)


def _routed(scope: Scope, owned: dict[str, str]) -> Iterator[Flaw]:
    routed: set[str] = set()
    for written in scope.tenant.inbound_routes:
        try:
            e164 = numbers.parse_e164(written, scope.country).e164
        except numbers.NumberError as error:
            path = ("inbound_routes", written)
            yield scope.flaw(
                rules.ImpossibleNumber, *path, on="key", number=written, reason=error.reason
            )
            continue
        if e164 in routed:
            other = "an inbound route"
            path = ("inbound_routes", written)
            yield scope.flaw(platform.DidTwice, *path, on="key", did=e164, other=other)
        routed.add(e164)
        if e164 not in owned:
            hint = near(e164, owned, "the tenant's numbers are")
            path = ("inbound_routes", written)
            yield scope.flaw(flow.RouteWithoutDid, *path, on="key", did=written, near=hint)
    for e164, written in owned.items():
        if e164 not in routed:
            yield scope.flaw(flow.DidWithoutRoute, "numbers", written, on="key", did=e164)


def _caller_ids(scope: Scope) -> Iterator[Flaw]:
    tenant = scope.tenant
    shown: list[tuple[str | None, Path]] = [(tenant.caller_id, ("caller_id",))]
    if tenant.emergency:
        shown.append((tenant.emergency.caller_id, ("emergency", "caller_id")))
    for number, extension in tenant.extensions.items():
        shown.append((extension.caller_id, ("extensions", number, "caller_id")))
        if extension.emergency:
            own: Path = ("extensions", number, "emergency", "caller_id")
            shown.append((extension.emergency.caller_id, own))
    shown += [
        (account.number, ("fax", "accounts", number, "number"))
        for number, account in tenant.fax.accounts.items()
    ]
    owned = did_numbers(scope)
    for written, path in shown:
        if written is None:
            continue
        problems = list(_judge(scope, written, path))
        yield from problems
        if any(problem.rule is rules.ImpossibleNumber for problem in problems):
            continue
        e164 = numbers.parse_e164(written, scope.country).e164
        if e164 not in owned:
            hint = near(e164, owned, "the tenant's numbers are")
            yield scope.flaw(rules.ForeignCallerId, *path, number=written, near=hint)


def _outside(scope: Scope) -> Iterator[Flaw]:
    """Outside numbers: those that calls are sent to, and those that are only known."""
    tenant = scope.tenant
    short = {n for route in scope.view.routes.values() for n in route.exact or ()}
    places: Iterable[tuple[str, Path]] = [
        *(
            (edge.destination.target, edge.place)
            for edge in scope.edges
            if edge.destination.kind == "external"
        ),
        *(
            (member.number, ("ring_groups", group, "members", index))
            for group, entry in tenant.ring_groups.items()
            for index, member in enumerate(entry.members)
            if member.number.startswith("+")
        ),
        *(
            (step.number, ("follow_me", number, "destinations", index, "number"))
            for number, entry in tenant.follow_me.items()
            for index, step in enumerate(entry.destinations)
            if not is_internal(step.number)
        ),
        *(
            (number, ("contacts", key, kind))
            for key, contact in tenant.contacts.items()
            for kind, number in (("phone", contact.phone), ("fax", contact.fax))
            if number
        ),
    ]
    for number, path in places:
        if number not in short:
            yield from _judge(scope, number, path)
