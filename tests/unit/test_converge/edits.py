"""Changes of the demo site, each by its name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from .demo import Demo

Edit = Callable[[Demo], None]
ACME, BAKERY = "tenants.d/acme/pbx.yaml", "tenants.d/janes-bakery.yaml"
FLOW, PEOPLE = "tenants.d/nordlicht/callflow.yaml", "tenants.d/nordlicht/people.yaml"
PLATFORM, CARRIER, BACKUP = "platform.yaml", "providers.d/mycarrier.yaml", "providers.d/backup.yaml"


def put(file: str, *path: str, to: Any) -> Edit:
    """Sets a value."""

    def edit(demo: Demo) -> None:
        with demo.edit(file) as data:
            node = data
            for one in path[:-1]:
                node = node.setdefault(one, {})
            node[path[-1]] = to

    return edit


def drop(file: str, *path: str) -> Edit:
    """Takes something out."""

    def edit(demo: Demo) -> None:
        with demo.edit(file) as data:
            node = data
            for one in path[:-1]:
                node = node.get(one, {})
            node.pop(path[-1], None)

    return edit


def both(*edits: Edit) -> Edit:
    """One after the other."""

    def edit(demo: Demo) -> None:
        for one in edits:
            one(demo)

    return edit


def _no_bakery(demo: Demo) -> None:
    (demo.site / BAKERY).unlink()


def _no_nordlicht(demo: Demo) -> None:
    shutil.rmtree(demo.site / "tenants.d/nordlicht")


def _renamed(demo: Demo) -> None:
    (demo.site / BAKERY).rename(demo.site / "tenants.d/backstube.yaml")


def _new_tenant(demo: Demo) -> None:
    """Another customer of the kind of acme, with queue and music, and without its numbers."""
    with demo.edit(ACME) as pbx, demo.edit("tenants.d/acme/account.yaml") as account:
        merged = {
            "company": "Zeta Ltd",
            "permissions": list(account["permissions"]),
            "subscription": {"package": "business", "plan": "standard", "since": "2026-11-01"},
            "extensions": {"1001": {"name": "Zoe"}, "1002": {"name": "Zac"}},
            "call_queues": {"800": {"name": "Z", "agents": ["1001", "1002"]}},
            "music_on_hold": {"default": {"files": ["media/hold.wav"]}},
        }
        assert pbx
    (demo.site / "tenants.d/zeta.yaml").write_text("{}\n")
    with demo.edit("tenants.d/zeta.yaml") as data:
        data.update(merged)


def _sound(demo: Demo) -> None:
    path = demo.site / "media/hold.wav"
    raw = bytearray(path.read_bytes())
    path.unlink()
    raw[-1] ^= 0x55
    path.write_bytes(raw)


def _queue_gone(demo: Demo) -> None:
    with demo.edit(ACME) as data:
        del data["call_queues"]["800"]
        data["ivr_menus"]["700"]["options"]["2"] = {"extension": "1001"}


EDITS: dict[str, Edit] = {
    "a name": put(ACME, "extensions", "1001", "name", to="Alice Two"),
    "a password": put(ACME, "extensions", "1001", "rotate", to=2),
    "another password": put(BAKERY, "extensions", "1002", "rotate", to=3),
    "allowed networks": put(ACME, "extensions", "1002", "allow", to=["192.0.2.0/24"]),
    "a new extension": put(ACME, "extensions", "1007", to={"name": "Eve"}),
    "an extension gone": drop(ACME, "extensions", "1009"),
    "a strategy": put(ACME, "call_queues", "800", "strategy", to="random"),
    "a queue's patience": put(ACME, "call_queues", "800", "max_wait", to=77),
    "where a queue ends": put(ACME, "call_queues", "800", "timeout", to={"extension": "1001"}),
    "an agent leaves": put(ACME, "call_queues", "800", "agents", to=["1002"]),
    "an agent comes": put(ACME, "call_queues", "800", "agents", to=["1001", "1002", "1003"]),
    "fewer agents": put(FLOW, "call_queues", "802", "agents", to=["2002"]),
    "a queue gone": _queue_gone,
    "a new queue": put(ACME, "call_queues", "801", to={"name": "Two", "agents": ["1003"]}),
    "new music": put(ACME, "music_on_hold", "fresh", to={"files": ["media/welcome.wav"]}),
    "other music": put(ACME, "music_on_hold", "default", to={"files": ["media/welcome.wav"]}),
    "shuffled": put(FLOW, "music_on_hold", "warten", "shuffle", to=True),
    "no default music": drop(ACME, "music_on_hold"),
    "the music's sound": _sound,
    "a trunk's login": put(CARRIER, "username", to="12125550155"),
    "a trunk's host": put(BACKUP, "host", to="sip.other.example"),
    "a trunk over TLS": both(put(BACKUP, "transport", to="tls"), put(BACKUP, "port", to=5061)),
    "a trunk's addresses": put(BACKUP, "addresses", to=["198.51.100.77"]),
    "a trunk known by name": drop(BACKUP, "addresses"),
    "a trunk off": put(BACKUP, "active", to=False),
    "a trunk's size": put(BACKUP, "max_channels", to=3),
    "a trunk's codecs": put(BACKUP, "codecs", to=["PCMA", "G722"]),
    "a trunk's caller ID": put(BACKUP, "caller_id", to="+12125550188"),
    "a login's caller ID": put(CARRIER, "caller_id", to="+12125550177"),
    "a login's size": put(CARRIER, "max_channels", to=7),
    "caller ID elsewhere": put(BACKUP, "caller_id_in", to="from"),
    "a new trunk": lambda demo: (
        shutil.copy(demo.site / BACKUP, demo.site / "providers.d/third.yaml")
        and put("providers.d/third.yaml", "host", to="198.51.100.99")(demo)
    ),
    "a tenant's domain": put(BAKERY, "domain", to="phones.jane.example"),
    "a tenant's language": put(BAKERY, "language", to="fr"),
    "a tenant gone": _no_bakery,
    "a big tenant gone": _no_nordlicht,
    "a tenant renamed": _renamed,
    "a new tenant": _new_tenant,
    "suspended": put("tenants.d/acme/account.yaml", "status", to="suspended"),
    "the platform's domain": put(PLATFORM, "domain", to="voice.example.org"),
    "ring timeout": put(PLATFORM, "defaults", "ring_timeout", to=33),
    "codecs": put(PLATFORM, "defaults", "codecs", to=["PCMA", "G722"]),
    "sender of mails": put(PLATFORM, "mail", "from", to="robot@example.com"),
    "no mail": drop(PLATFORM, "mail"),
    "the phones' port": put(PLATFORM, "hosts", "pbx1", "ports", "internal", to=5070),
    "the carriers' port": put(PLATFORM, "hosts", "pbx1", "ports", "external", to=5090),
    "the browsers' port": put(PLATFORM, "hosts", "pbx1", "ports", "wss", to=7443),
    "the host's address": put(PLATFORM, "hosts", "pbx1", "address", to="203.0.113.77"),
    "IPv6": put(PLATFORM, "hosts", "pbx1", "address6", to="2001:db8::10"),
    "media ports": put(PLATFORM, "hosts", "pbx1", "ports", "rtp", to="20000-30000"),
    "event socket": put(PLATFORM, "hosts", "pbx1", "esl", "port", to=8022),
    "folders": put(
        PLATFORM, "hosts", "pbx1", "paths",
        to={"storage": "/srv/storage", "certs": "/srv/certs", "log": "/srv/log"},
    ),
    "local networks": put(PLATFORM, "hosts", "pbx1", "nat", "local_networks", to=["10.0.0.0/8"]),
    "keepalive": put(PLATFORM, "hosts", "pbx1", "nat", "keepalive", to=45),
    "aggressive NAT": put(PLATFORM, "hosts", "pbx1", "nat", "aggressive", to=True),
    "fewer tenants here": both(
        put(PLATFORM, "hosts", "pbx2", to={"address": "203.0.113.11", "tenants": ["nordlicht"]}),
        put(PLATFORM, "hosts", "pbx1", "tenants", to=["acme", "janes-bakery"]),
    ),
    "a payment": put(
        "tenants.d/acme/account.yaml", "payments", "x1", to={"date": "2026-11-09", "amount": "5.00"}
    ),
}  # fmt: skip
