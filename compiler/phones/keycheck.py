"""Findings about keys of phones: what each is for must exist, and each phone must have room for its own."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from dialform.compiler import numbers
from dialform.compiler.numbering import feature_codes, is_internal, object_of
from dialform.compiler.phones.fitting import fit, line_of, room, shown_line
from dialform.compiler.phones.known import Known, alike, counted, listed
from dialform.compiler.scope import Scope, near
from dialform.schema.devices import Key
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import phones as rules

_NEED = {"blf": "1001", "speed-dial": "+12125550177", "page": "950"}
"""The kinds that are nothing without a number, each with one as an example."""
_CODES = {"forward": "forward_on", "voicemail": "voicemail", "dnd": "dnd_on"}
"""The feature codes that keys dial."""


def check_keys(scope: Scope, phones: Sequence[Known]) -> Iterator[Flaw]:
    """What the keys of profiles and devices are for, and which phones can have them."""
    codes = {name: code for code, name in feature_codes(scope).items()}
    for name, profile in scope.tenant.device_profiles.items():
        path: Path = ("device_profiles", name, "keys")
        yield from _values(scope, profile.keys, path, codes)
    for mac, device in scope.tenant.devices.items():
        if device.keys:
            yield from _values(scope, device.keys, ("devices", mac, "keys"), codes)
    for phone in phones:
        if phone.device.keys:
            yield from _own(scope, phone)
    yield from _shared(scope, phones)


def _values(
    scope: Scope, keys: Sequence[Key], path: Path, codes: Mapping[str, str]
) -> Iterator[Flaw]:
    for index, key in enumerate(keys):
        if not key.value:
            if key.type in _NEED:
                values = {"type": key.type, "example": _NEED[key.type]}
                yield scope.flaw(rules.KeyWithoutValue, *path, index, **values)
        elif trouble := _trouble(scope, key, key.value, codes):
            what, way = trouble
            values = {"type": key.type, "what": what, "way": way}
            yield scope.flaw(rules.KeyNamesNothing, *path, index, "value", **values)
        code = _CODES.get(key.type)
        if code and code not in codes and not (key.type == "voicemail" and _is_code(key.value)):
            fields = type(scope.view.platform.feature_codes).model_fields
            values = {"type": key.type, "name": code, "example": str(fields[code].default)}
            yield scope.flaw(rules.KeyWithoutCode, *path, index, **values)


def _trouble(
    scope: Scope, key: Key, value: str, codes: Mapping[str, str]
) -> tuple[str, str] | None:
    """What is wrong with the number of a key, and the way out; None where nothing is."""
    tenant = scope.tenant
    if key.type == "line":
        return None if shown_line(key) else (f"'{value}' is no line", "lines are counted from 1")
    if key.type == "blf" and not scope.has("extensions", value):
        if object_of(scope, value).startswith("parking slot"):
            return f"{value} is a parking slot", "type: park shows whether a call waits there"
        what = object_of(scope, value)
        if what:
            return f"{value} is a {what.rpartition(' ')[0]}", "lamps show extensions"
        return f"there is no extension '{value}'", near(value, tenant.extensions)
    if key.type == "page" and not scope.has("paging", value):
        return f"there is no paging group '{value}'", near(value, tenant.paging)
    if key.type == "voicemail" and not _is_code(value):
        return None if _is_mailbox(scope, value) else _no_mailbox(scope, value)
    if key.type in ("speed-dial", "forward", "voicemail"):
        return _dialled(scope, value, codes)
    return None


def _is_code(value: str | None) -> bool:
    """Whether what a key says is a feature code, and no number."""
    return value is not None and value[:1] in ("*", "#")


def _is_mailbox(scope: Scope, number: str) -> bool:
    """Whether a number has a mailbox, or may have one that is broken."""
    entry = scope.tenant.extensions.get(number)
    if entry is not None and entry.voicemail is not None:
        return True
    return scope.has("voicemails", number) or scope.cuts.touch("extensions", number)


def _no_mailbox(scope: Scope, number: str) -> tuple[str, str]:
    tenant = scope.tenant
    own = [key for key, one in tenant.extensions.items() if one.voicemail is not None]
    return f"there is no mailbox '{number}'", near(number, [*own, *tenant.voicemails])


def _dialled(scope: Scope, value: str, codes: Mapping[str, str]) -> tuple[str, str] | None:
    """Whether something answers to what a key dials."""
    if not set(value) <= set("0123456789*#+"):
        return f"'{value}' cannot be dialled", "digits, '*', '#', and '+' in front"
    if any(value.startswith(code) for code in codes.values()):
        return None
    if value[0] in "*#":
        return f"no feature code begins '{value}'", near(value, codes.values())
    short = {number for route in scope.view.routes.values() for number in route.exact or ()}
    if value in short or object_of(scope, value) or "routes.yaml" in scope.view.incomplete:
        return None
    if is_internal(value):
        if any(scope.has(table, value) for table in _TABLES):
            return None
        every = [number for table in _TABLES for number in getattr(scope.tenant, table)]
        return f"nothing has the number '{value}'", near(value, every)
    verdict = numbers.check(value, scope.country)
    if verdict in ("valid", "possible"):
        return None
    return f"{value} is {verdict}", "write it as it is dialled, or in E.164, as in +12125550177"


_TABLES = (
    "extensions", "ring_groups", "ivr_menus", "call_queues", "conferences", "voicemails", "paging",
)  # fmt: skip


def _own(scope: Scope, phone: Known) -> Iterator[Flaw]:
    """A device's own keys: its vendor has them, its lines are there, and there is room."""
    path, lines = ("devices", phone.mac, "keys"), len(phone.device.lines)
    fitted, known = fit(phone.vendor, phone.model, phone.profile, phone.device), True
    for index, key in enumerate(phone.device.keys):
        if key.type not in phone.vendor.kinds and key.type != "none":
            known = False
            kinds = [kind for kind in phone.vendor.kinds if kind != "none"]
            hint = near(key.type, kinds, "they have") if kinds else "they have none at all"
            values = {"vendor": phone.vendor.name, "type": key.type, "near": hint}
            yield scope.flaw(rules.NoSuchKey, *path, index, "type", **values)
        if lines and line_of(key) > lines:
            spot = "value" if key.type == "line" and key.value is not None else "line"
            values = {"line": str(line_of(key)), "count": counted(lines, "line")}
            yield scope.flaw(rules.KeyWithoutLine, *path, index, spot, **values)
    if fitted.over is not None and known:
        yield scope.flaw(
            rules.TooManyKeys,
            *(*path, fitted.over),
            model=phone.title,
            limit=counted(room(phone.model, phone.device.modules), "key"),
            why=_lines_first(phone, len(fitted.keys) - fitted.over),
            count=len(fitted.keys) + 1,
            near=_larger(phone),
        )


def _lines_first(phone: Known, taken: int) -> str:
    return f" ({counted(taken, 'key')} of its lines among them)" if taken else ""


def _larger(phone: Known) -> str:
    names = phone.model.modules
    return ", ".join(names) if names else "it takes none"


def _shared(scope: Scope, phones: Sequence[Known]) -> Iterator[Flaw]:
    """Keys of a profile that a phone cannot have: once for all that are alike."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}

    def mark(phone: Known) -> Hashable | None:
        if not phone.profile.keys:
            return None
        left = fit(phone.vendor, phone.model, phone.profile, phone.device).left
        found[phone.mac] = left
        return (phone.kind, left) if left else None

    for phone, more in alike(phones, mark):
        reasons: dict[str, list[str]] = {}
        for index, why in found[phone.mac]:
            reasons.setdefault(why, []).append(str(index + 1))
        for why, keys in reasons.items():
            words = ("key " if len(keys) == 1 else "keys ") + listed(keys)
            values = {"model": phone.title, "profile": phone.device.profile or "", "why": why}
            yield scope.flaw(
                rules.ProfileKeyLeftOut,
                *("devices", phone.mac, "profile"),
                keys=words,
                more=more,
                **values,
            )
