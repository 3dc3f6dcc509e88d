"""Resolved objects to render, and short ways to look at what came of them."""

import hashlib
import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from dialform.compiler.dialling import dial_patterns
from dialform.compiler.resolved import (
    Artifact,
    CallQueue,
    Emergency,
    Extension,
    InboundRoute,
    IvrMenu,
    Mailbox,
    QueueAgent,
    RingGroup,
    Target,
    Tenant,
    TenantSummary,
)
from dialform.compiler.resolved_fax import FaxAccount
from dialform.compiler.resolved_host import Host, Platform, Provider, Route
from dialform.compiler.resolved_numbers import DialPattern

DOMAIN = "acme.example.com"


def ha1(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def extension(number: str, domain: str = DOMAIN, **fields: Any) -> Extension:
    known: dict[str, Any] = {
        "number": number, "name": f"Person {number}", "type": "voice",
        "a1_hash": ha1(f"{number}:{domain}:secret"), "caller_id": "", "caller_id_name": "",
        "toll": "national", "ring_timeout": 25, "mailbox": None, "no_answer": None, "busy": None,
        "unregistered": None, "emergency": Emergency("+12125550101", "350 Fifth Avenue"),
    }  # fmt: skip
    return Extension(**{**known, **fields})


def mailbox(number: str, **fields: Any) -> Mailbox:
    known: dict[str, Any] = {
        "number": number, "name": f"Box {number}", "pin": "4711", "a1_hash": ha1(number),
        "email": "", "attach": True, "keep": True, "greeting": "", "of_extension": True,
    }  # fmt: skip
    return Mailbox(**{**known, **fields})


def group(number: str, strategy: str, *members: Any, **fields: Any) -> RingGroup:
    known: dict[str, Any] = {
        "number": number, "name": "Sales", "strategy": strategy, "timeout": 25,
        "members": members, "no_answer": None,
    }  # fmt: skip
    return RingGroup(**{**known, **fields})


def queue(number: str, *agents: QueueAgent, **fields: Any) -> CallQueue:
    known: dict[str, Any] = {
        "number": number, "name": "Support", "strategy": "longest-idle-agent", "agents": agents,
        "max_wait": 0, "level_wait": 0, "timeout": None, "no_agent": None, "music": "", "announce": 0,
    }  # fmt: skip
    return CallQueue(**{**known, **fields})


def menu(number: str, **fields: Any) -> IvrMenu:
    known: dict[str, Any] = {
        "number": number, "name": "Main", "greeting": "media/welcome.wav", "short_greeting": "",
        "timeout": 5, "digit_timeout": 2, "max_failures": 3, "max_timeouts": 1,
        "direct_dial": False, "options": (), "invalid": None, "no_input": None,
    }  # fmt: skip
    return IvrMenu(**{**known, **fields})


def target(kind: Any, to: str, owner: str = "extension 1001", **fields: Any) -> Target:
    return Target(kind, to, owner, **fields)


def did(number: str, goes: Target, provider: str = "north") -> InboundRoute:
    return InboundRoute(number, provider, goes)


def tenant(slug: str = "acme", domain: str = DOMAIN, **fields: Any) -> Tenant:
    known: dict[str, Any] = {
        "slug": slug, "domain": domain, "company": "Acme", "contact": "", "suspended": False,
        "timezone": "America/New_York", "country": "US", "language": "en", "cap": 0,
        "cap_backend": "hash", "toll": "national", "plan": "standard",
        "caller_id": "+12125550199", "caller_id_name": "Acme",
        "emergency": Emergency("+12125550101", "350 Fifth Avenue"),
        "emergency_numbers": ("911",), "feature_codes": (("voicemail", "*98"),),
        "dial_patterns": tuple(DialPattern(p.regex, p.replacement) for p in dial_patterns("US")),
        "extensions": (extension("1001", domain),), "mailboxes": (), "ring_groups": (),
        "ivr_menus": (), "schedules": (), "inbound_routes": (), "media": (),
    }  # fmt: skip
    return Tenant(**{**known, **fields})


def summary(slug: str, *dids: str, **fields: Any) -> TenantSummary:
    known: dict[str, Any] = {
        "slug": slug, "domain": f"{slug}.example.com", "dids": tuple((d, "north") for d in dids),
        "timezone": "Europe/Berlin", "timezones": ("Europe/Berlin",), "language": "en",
    }  # fmt: skip
    return TenantSummary(**{**known, **fields})


def provider(name: str = "north", **fields: Any) -> Provider:
    known: dict[str, Any] = {
        "name": name, "host": "192.0.2.20", "host_is_name": False, "port": 5060,
        "transport": "udp", "username": "", "password": "", "register": False, "addresses": (),
        "caller_id": "+12125550100", "caller_id_in": "from", "number_format": "e164",
        "codecs": ("PCMU", "PCMA"), "max_channels": 0, "country": "US",
    }  # fmt: skip
    return Provider(**{**known, **fields})


def route(name: str = "us", **fields: Any) -> Route:
    known: dict[str, Any] = {
        "name": name, "service": "voice", "pattern": r"^\+1\d+$", "exact": (), "refused": (),
        "toll": "national", "providers": ("north",), "plan": "",
    }  # fmt: skip
    return Route(**{**known, **fields})


def platform(**fields: Any) -> Platform:
    known: dict[str, Any] = {
        "name": "demo", "domain": "pbx.example.com", "country": "US", "timezone": "UTC",
        "language": "en", "codecs": ("OPUS", "PCMU", "PCMA"), "redis": None, "core_db": "",
        "mail": None, "providers": (provider(),), "routes": (route(),),
    }  # fmt: skip
    return Platform(**{**known, **fields})


def host(**fields: Any) -> Host:
    known: dict[str, Any] = {
        "name": "pbx1", "address": "203.0.113.10", "bind": "203.0.113.10", "internal_port": 5060,
        "tls_port": 5061, "external_port": 5080, "wss_port": 5067, "rtp_first": 16384,
        "rtp_last": 32768, "esl_host": "127.0.0.1", "esl_port": 8021, "esl_password": "opensesame",
        "certs": "", "sounds": "", "recordings": "", "storage": "", "cdr": "", "log": "", "db": "",
        "wave": 0,
    }  # fmt: skip
    return Host(**{**known, **fields})


# Ways to look.


def content(artifacts: Iterable[Artifact], name: str) -> str:
    """The text of the one file whose path ends so."""
    found = [a for a in artifacts if a.path.endswith(name)]
    assert len(found) == 1, [a.path for a in found]
    return (found[0].content or b"").decode()


def xml(artifacts: Iterable[Artifact], name: str) -> ElementTree.Element:
    return ElementTree.fromstring(content(artifacts, name))


def settings(element: ElementTree.Element, tag: str = "param") -> dict[str, str]:
    """Names and values of all parameters (or variables) below an element."""
    return {e.get("name", ""): e.get("value", "") for e in element.iter(tag)}


def context(dialplan: ElementTree.Element, name: str) -> ElementTree.Element:
    found = dialplan.find(f"context[@name='{name}']")
    assert found is not None, name
    return found


def first_match(where: ElementTree.Element, number: str) -> ElementTree.Element | None:
    """The extension that takes a number: the first, without `continue`, whose number fits."""
    for entry in where.findall("extension"):
        first = entry.find("condition")
        if first is None or entry.get("continue") == "true":
            continue
        if first.get("field") not in (None, "destination_number"):
            continue
        if first.get("field") is None or re.search(first.get("expression", ""), number):
            return entry
    return None


def actions(entry: ElementTree.Element | None, kind: str = "action") -> list[tuple[str, str]]:
    """Application and data of each action, in order."""
    assert entry is not None
    return [(e.get("application", ""), e.get("data", "")) for e in entry.iter(kind)]


def fax_account(number: str = "1050", **fields: Any) -> FaxAccount:
    known: dict[str, Any] = {
        "number": number, "name": "Fax", "e164": "+12125550150", "header": "Acme",
        "station_id": "+12125550150", "deliver_to": "", "users": (), "cover": "", "retries": 3,
        "resolution": "fine", "t38": True, "ecm": True, "toll": "national", "sends": True,
        "receives": True,
    }  # fmt: skip
    return FaxAccount(**{**known, **fields})
