"""Findings about the portal: `console` of platform.yaml."""

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from dialform.schema.console import SELF_SERVICE, Console, Forge, OpenId
from dialform.schema.platform import Platform
from dialform.schema.rule import Flaw
from dialform.schema.rules import console as rules

_DOCUMENT = "platform.yaml"
_HALVES = {"certificate": "key", "key": "certificate"}
_HERE = ("localhost", "127.0.0.1", "::1")
_LOOPBACK: dict[int, Any] = {
    4: ipaddress.ip_network("127.0.0.0/8"), 6: ipaddress.ip_network("::1"),
}  # fmt: skip

DEAR = {
    "extensions": "an extension's toll class changes",
    "users": "rights are given to users",
    "devices": "a phone gets the login of any extension",
    "inbound_routes": "calls are sent to numbers outside",
}
"""What costs money or gives rights, or lets one listen in on others' calls."""


def check_console(platform: Platform) -> Iterator[Flaw]:
    """All findings about the portal."""
    entry = platform.console
    if entry is None:
        return
    if _open(entry.base_url):
        yield rules.OpenConsole.flaw(_DOCUMENT, ("console", "base_url"))
    for have, lacks in _HALVES.items():
        if getattr(entry, have) and not getattr(entry, lacks):
            values = {"have": have, "lacks": lacks}
            yield rules.HalfConsoleCertificate.flaw(_DOCUMENT, ("console", have), **values)
    if _blind(entry):
        yield rules.BlindConsole.flaw(_DOCUMENT, ("console", "base_url"))
    if platform.mail is None:
        yield rules.NoPortalMail.flaw(_DOCUMENT, ("console",), on="key")
    yield from _self_service(entry)
    if entry.forge is not None:
        yield from _forge(entry.forge)
    if entry.openid is not None:
        yield from _openid(entry.openid)


def _blind(entry: Console) -> bool:
    """Whether a proxy must stand in front, and is not known: on loopback only one of this host comes."""
    if entry.certificate or entry.key or not entry.base_url.startswith("https:"):
        return False
    near = entry.listen is None or entry.listen in _HERE
    networks = [ipaddress.ip_network(one, strict=False) for one in entry.trusted_proxies]
    return not any(not near or _LOOPBACK[one.version].overlaps(one) for one in networks)


def _self_service(entry: Console) -> Iterator[Flaw]:
    for at, word in enumerate(entry.self_service):
        place = ("console", "self_service", at)
        others = [other for other in entry.self_service if other != word and _within(word, other)]
        if entry.self_service.index(word) < at:
            others.append(word)
        if others:
            yield rules.SelfServiceTwice.flaw(_DOCUMENT, place, word=word, other=others[0])
        if word in DEAR:
            yield rules.SelfServiceDear.flaw(_DOCUMENT, place, word=word, what=DEAR[word])


def _within(word: str, other: str) -> bool:
    """Whether all that a word stands for is in what another one does."""
    return all(
        any(table == wide and field[: len(start)] == start for wide, start in SELF_SERVICE[other])
        for table, field in SELF_SERVICE[word]
    )


def _forge(forge: Forge) -> Iterator[Flaw]:
    if forge.kind == "forgejo" and forge.url is None:
        yield rules.ForgeAddress.flaw(_DOCUMENT, ("console", "forge"), on="key", kind=forge.kind)


def _openid(openid: OpenId) -> Iterator[Flaw]:
    if _open(openid.issuer):
        yield rules.OpenIssuer.flaw(_DOCUMENT, ("console", "openid", "issuer"))


def _open(url: str) -> bool:
    """Whether it is plain HTTP to another machine."""
    return url.startswith("http:") and (urlsplit(url).hostname or "") not in _HERE
