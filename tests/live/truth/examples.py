"""Scenarios that are always compared: one of each kind, and whatever once differed."""

from __future__ import annotations

from dialform.simulator.scene import Dial, Gateway, Phone, Scene

from .draw import ANSWERED, ANSWERS, RINGS
from .scenario import PATIENCE, Scenario

BUSY, DECLINES, AWAY = (
    Phone(cause="USER_BUSY"),
    Phone(cause="CALL_REJECTED"),
    Phone(registered=False),
)
LATER = Phone(answer_after=0.7, hangup_after=0.7)
TALKS = Phone(answer_after=0.3, hangup_after=8.0)
CONFIRMS = Phone(answer_after=0.3, hangup_after=2.2, press="1")
DOMAINS = {"acme": "acme.example.com"}
OUTSIDER = "+19175550100"


def inside(
    tenant: str, caller: str, to: str, *press: str, scene: Scene | None = None, **phones: Phone
) -> Scenario:
    """A phone calls; the phones of others as `p2001=BUSY`, and all the rest answer."""
    domain = DOMAINS.get(tenant, f"{tenant}.pbx.example.com")
    return _scenario(
        tenant, domain, Dial(f"{caller}@{domain}", to, press, patience=PATIENCE), scene, phones
    )


def outside(
    tenant: str,
    to: str,
    *press: str,
    caller: str = OUTSIDER,
    trunk: str = "third",
    name: str = "",
    scene: Scene | None = None,
    **phones: Phone,
) -> Scenario:
    """Somebody calls a DID."""
    domain = DOMAINS.get(tenant, f"{tenant}.pbx.example.com")
    dial = Dial(caller, to, press, name=name, trunk=trunk, patience=PATIENCE)
    return _scenario(tenant, domain, dial, scene, phones)


def _scenario(
    tenant: str, domain: str, dial: Dial, scene: Scene | None, phones: dict[str, Phone]
) -> Scenario:
    import dataclasses

    known = {f"{name.removeprefix('p')}@{domain}": phone for name, phone in phones.items()}
    if "@" in dial.caller:
        known[dial.caller] = RINGS
    scene = scene or Scene()
    return Scenario(
        tenant,
        dataclasses.replace(scene, phones=known, phone=ANSWERS, beyond=ANSWERED),
        dial,
    )


def down(**gateways: Gateway) -> Scene:
    return Scene(gateways=gateways)


def rows(realm: str, **keys: str) -> Scene:
    return Scene(db={realm: {key.removeprefix("p"): value for key, value in keys.items()}})


FAILS, CONGESTED = Gateway(cause="NORMAL_TEMPORARY_FAILURE"), Gateway(cause="NETWORK_OUT_OF_ORDER")

EXAMPLES = [
    # Phones.
    inside("lab", "2001", "2002"),
    inside("acme", "1003", "1001", p1001=RINGS),
    inside("lab", "2001", "2005", p2005=BUSY),
    inside("lab", "2001", "2005", p2005=AWAY),
    inside("lab", "2001", "2005", p2005=RINGS, p2003=DECLINES),
    inside("lab", "2001", "2006", p2006=BUSY),
    inside("lab", "2002", "2006", p2006=AWAY),
    inside("nordlicht", "2001", "2007", p2007=BUSY),
    inside("janes-bakery", "1001", "1002", p1002=RINGS),
    inside("acme", "1001", "1234"),
    inside("caps", "5001", "5002", scene=Scene(counts={("tenant", "caps"): 3})),
    inside("caps", "5002", "5003", scene=Scene(counts={("tenant", "caps"): 2})),
    # Groups.
    inside("lab", "2001", "601", p2002=RINGS, p2003=RINGS),
    inside("lab", "2001", "602", p2002=RINGS, p2003=BUSY),
    inside("lab", "2001", "603", p2002=BUSY, p2003=RINGS),
    inside("lab", "2001", "605", p2002=RINGS),
    inside("lab", "2001", "606", p2002=RINGS),
    inside("lab", "2001", "607", p2002=RINGS),
    inside("lab", "2001", "608", p2002=RINGS),
    inside("acme", "1003", "600", p1001=AWAY, p1002=AWAY),
    inside("nordlicht", "2001", "600", p2003=RINGS, p2004=BUSY, p2012=AWAY),
    inside("nordlicht", "2002", "604", p2003=RINGS, p2012=RINGS, p2001=BUSY),
    # Menus, queues, boxes, rooms.
    outside("lab", "+17185550101", "1", p2003=LATER),
    outside("lab", "+17185550101", "2", "1"),
    outside("lab", "+17185550101", "7", "9"),
    outside("lab", "+17185550101", "2003"),
    outside("lab", "+17185550101"),
    outside("lab", "+17185550101", "3"),
    outside("lab", "+17185550101", "4", name="Zoë & Söhne"),
    outside("acme", "+12125550199", "2", trunk="mycarrier"),
    inside("queues", "6006", "800", p6001=RINGS),
    inside("queues", "6006", "804", p6001=RINGS),
    inside("queues", "6006", "805", scene=Scene(agents=frozenset())),
    inside("queues", "6007", "802", p6003=BUSY),
    # The fourteenth queue of an agent: `execute_extension` stands in itself 28 times.
    inside("queues", "6006", "815", p6001=BUSY),
    inside("acme", "1003", "1999"),
    inside("acme", "1001", "*98"),
    inside("acme", "1001", "900", "4711#"),
    inside("acme", "1001", "900", "1#", "2#", "3#"),
    inside("rooms", "6001", "901"),
    inside("acme", "1003", "950", p1002=LATER),
    outside("caps", "+17185550185", p5003=RINGS),
    # From outside.
    outside("lab", "17185550102"),
    outside("lab", "7185550103"),
    outside("lab", "+17185550107"),
    outside("lab", "+17185550108", name="Zoë & Söhne"),
    outside("lab", "+17185550108", caller="anonymous"),
    outside("lab", "+17185550106", caller="anonymous"),
    outside("lab", "+17185550109"),
    outside("lab", "+17185550110"),
    outside("lab", "+17185550113", p2006=BUSY),
    outside("lists", "+17185550320", caller="+19005550123"),
    outside("lists", "+17185550320", caller="anonymous"),
    outside("lists", "+17185550321", trunk="backup", name="Jane: 50%/x"),
    outside("lists", "+17185550322"),
    outside("frozen", "+17185550130"),
    outside("capped", "+17185550120", scene=Scene(counts={("tenant", "capped"): 1})),
    outside("acme", "+17185559999"),
    # Faxes, and numbers for calls and faxes.
    outside("faxes", "+17185552001"),
    outside("faxes", "+17185552002"),
    outside("faxes", "+17185552003"),
    outside("faxes", "+17185552003", p3001=AWAY),
    outside("faxes", "+17185552005", p3050=AWAY),
    outside("faxes", "+17185552006", "1"),
    inside("faxes", "3001", "3051", p3051=AWAY),
    inside("faxes", "3001", "3052", p3052=AWAY),
    # To the outside.
    inside("acme", "1001", "2125550177"),
    inside("acme", "1001", "+12125550111"),
    inside("acme", "1003", "011442079460000"),
    inside("acme", "1002", "011442079460000"),
    inside("acme", "1001", "911"),
    inside("frozen", "4001", "911"),
    inside("frozen", "4001", "2125550177"),
    inside("nordlicht", "2001", "03023125200"),
    inside("nordlicht", "2001", "112"),
    inside("dial-gb", "3101", "02079460000"),
    inside("dial-au", "3102", "0011442079460000"),
    inside("acme", "1001", "2125550177", scene=down(mycarrier=FAILS)),
    inside("acme", "1001", "2125550177", scene=down(mycarrier=FAILS, backup=CONGESTED)),
    inside("acme", "1001", "2125550177", scene=down(mycarrier=Gateway(cause="USER_BUSY"))),
    inside("acme", "1001", "2125550177", scene=down(mycarrier=Gateway(up=False))),
    inside("acme", "1001", "911", scene=down(mycarrier=Gateway(cause="USER_BUSY"))),
    # Forwards, do not disturb, follow-me.
    inside("office", "2102", "2101", scene=rows("office-cfa", p2101="2103")),
    inside("office", "2102", "2101", scene=rows("office-cfa", p2101="2125550177")),
    inside("office", "2102", "2104", scene=rows("office-cfa", p2104="2125550177")),
    inside("office", "2102", "2105", scene=rows("office-dnd", p2105="on")),
    outside("office", "+17185550202", scene=rows("office-dnd", p2102="on")),
    inside("office", "2101", "2110", p2110=BUSY, p2102=RINGS),
    inside("office", "2101", "2111", p2111=AWAY),
    inside("office", "2101", "2112"),
    inside("office", "2101", "2114", p2114=RINGS, p2102=CONFIRMS),
    inside("office", "2101", "2102", "*2", "2103#", p2102=TALKS),
    inside("office", "2101", "2102", "*2", "2125550177#", p2102=TALKS),
    inside("office", "2101", "*722103"),
    inside("office", "2101", "*72", "2103#"),
    inside("office", "2101", "*72911"),
    inside("office", "2101", "*78"),
]
