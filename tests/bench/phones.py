"""A tenant's phones: profiles, devices by MAC, webphones, paging and parking."""

from typing import NamedTuple

from .names import place
from .shape import END_USER, LOT, PAGING, SLOTS, USER, Shape
from .yamltext import Value, block, section


class Model(NamedTuple):
    """A phone on the market and the first six digits of its maker's MACs."""

    vendor: str
    model: str
    oui: str


MODELS = (
    Model("yealink", "t46s", "805ec0"),
    Model("yealink", "t54w", "805ec0"),
    Model("grandstream", "gxp2170", "000b82"),
    Model("polycom", "vvx411", "0004f2"),
    Model("fanvil", "x4u", "0c383e"),
    Model("snom", "d785", "000413"),
    Model("cisco", "8841", "00562b"),
)
ADAPTER = Model("grandstream", "ht802", "000b82")
MAC_LIMIT = 1 << 24


def phones(tenant: Shape) -> str:
    """The YAML of the tenant's phones. Their MACs are unique over the site."""
    some = tenant.some(4)
    return "".join(
        (
            section("device_profiles", _profiles(tenant)),
            section("devices", _devices(tenant)),
            section("paging", {PAGING: {"members": some}}),
            block({"parking": {"lot": LOT, "slots": SLOTS, "timeout": 90}}),
        )
    )


def _profiles(tenant: Shape) -> dict[str, Value]:
    common: dict[str, Value] = {"dtmf": "rfc2833", "timezone": tenant.area.timezone}
    watched: list[Value] = [{"type": "blf", "value": number} for number in tenant.people[:3]]
    profiles: dict[str, Value] = {
        "office": {
            "description": f"Desks & {place(tenant.rng)}",
            "codecs": ["PCMU", "PCMA", "G722"],
            **common,
            "keys": [*watched, {"type": "park", "value": SLOTS.split("-")[0]}],
        }
    }
    if tenant.phones > 1:
        profiles["rooms"] = {"description": place(tenant.rng), "codecs": ["PCMA"], **common}
    return profiles if tenant.phones else {}


def _devices(tenant: Shape) -> dict[str, Value]:
    devices: dict[str, Value] = {}
    for n in range(tenant.phones):
        number = tenant.people[n % len(tenant.people)]
        model = MODELS[(tenant.index + n) % len(MODELS)]
        if tenant.fax and n and n == tenant.phones - 1:
            model, number = ADAPTER, tenant.fax
        device: dict[str, Value] = {
            "label": place(tenant.rng),
            "vendor": model.vendor,
            "model": model.model,
            "profile": "rooms" if n % 10 == 1 or model is ADAPTER else "office",
        }
        if tenant.role(number) == USER and n < len(tenant.people):
            device["user"] = tenant.owners[number][0]
        device["lines"] = [{"extension": number}]
        devices[_mac(model, tenant.index * tenant.phones + n)] = device
    for number, (user, role) in tenant.owners.items():
        if role == END_USER:
            devices[f"{user}-web"] = {
                "label": f"{place(tenant.rng)} – browser",
                "vendor": "webphone",
                "user": user,
                "lines": [{"extension": number}],
            }
    return devices


def _mac(model: Model, serial: int) -> str:
    """A MAC in one of the usual spellings; `serial` counts over the whole site."""
    mac = f"{model.oui}{serial:06x}"
    if serial % 16 == 3:
        return ":".join(mac[i : i + 2] for i in range(0, 12, 2))
    if serial % 16 == 7:
        return "-".join(mac[i : i + 2] for i in range(0, 12, 2)).upper()
    return mac
