"""Keys of Grandstream's phones, by name and by number."""

from collections.abc import Iterator

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.resolved import Phone, PhoneKey
from dialform.renderers.phones.grandstream import numbers
from dialform.renderers.phones.layout import Placed, laid_out
from dialform.values import dataclass

NAMED_KINDS = {
    "none": "None", "line": "Line", "blf": "BLF", "speed-dial": "SpeedDial", "park": "MonitoredCallPark",
    "dnd": "DND", "forward": "SpeedDial", "voicemail": "SpeedDial", "page": "SpeedDial",
}  # fmt: skip
NUMBERED_KINDS = {
    "none": -1, "blf": 1, "speed-dial": 0, "park": 16, "dnd": 0, "forward": 0, "voicemail": 0, "page": 0,
}  # fmt: skip
"""What is no key of its own (do not disturb by number, forwarding) dials the tenant's code."""
FIXED = 10
"""What is added to a number where a key could show a line, whose own number is 0."""

LONGEST = 32
"""Characters of a key's label: a phone would take nothing of a longer one."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key by name (`vpk.1`, `mpk.1`, `ext.1`): its mode, account, label and value."""

    name: str
    mode: str
    account: str
    label: str
    value: str


def named_keys(phone: Phone, model: Model) -> list[Key]:
    """Every key of the phone and its modules."""
    return [_named(phone, model, one) for one in laid_out(phone, model)]


def numbered_keys(phone: Phone, model: Model) -> list[tuple[int, object]]:
    """Number and value of all that is said of keys; those that have no numbers are left out."""
    virtual = _trait(model, "vpk")
    return [
        pair
        for one in laid_out(phone, model)
        if numbers.has_key(one.module, one.place, virtual)
        for pair in _numbered(model, one)
    ]


def _named(phone: Phone, model: Model, one: Placed) -> Key:
    key, virtual = one.key, _trait(model, "vpk")
    series, place = ("vpk", one.place) if one.place <= virtual else ("mpk", one.place - virtual)
    if one.module:
        before = sum(model.modules[name] for name in phone.modules[: one.module - 1])
        series, place = "ext", before + one.place
    kind = key.kind
    if kind == "line" and (series != "vpk" or place > _trait(model, "fixed")):
        kind = "none"
    account = str(key.line - 1) if series == "vpk" else f"Account{key.line}"
    return Key(f"{series}.{place}", NAMED_KINDS[kind], account, key.label[:LONGEST], _value(key))


def _numbered(model: Model, one: Placed) -> Iterator[tuple[int, object]]:
    key, virtual = one.key, _trait(model, "vpk")
    lamps, kind = True, key.kind
    if one.place <= virtual:
        fixed = one.place <= _trait(model, "fixed")
        places, lamps = numbers.virtual_key(one.place), bool(model.traits.get("lamps"))
        none = NUMBERED_KINDS["none"] if lamps else 0
        base = FIXED if fixed else 0
    else:
        places, none, base, fixed = numbers.physical_key(one.place - virtual), 0, 0, False
    if kind == "none" or (kind == "line" and not fixed):
        mode, value, label = none, "", ""
    elif kind == "line":
        mode, value, label = 0, "", key.label[:LONGEST]
    elif lamps or kind not in ("blf", "park"):
        mode, value, label = NUMBERED_KINDS[kind] + base, _value(key), key.label[:LONGEST]
    else:  # a line key of GXP16xx has no lamp for others, but it can dial
        mode, value, label = NUMBERED_KINDS["speed-dial"] + base, key.dial, key.label[:LONGEST]
    yield from zip(places, (mode, key.line - 1, label, value), strict=True)


def _value(key: PhoneKey) -> str:
    if key.kind in ("blf", "park"):
        return key.watch
    return "" if key.kind in ("line", "none") else key.dial


def _trait(model: Model, name: str) -> int:
    return int(model.traits.get(name, 0))
