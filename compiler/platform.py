"""The platform's documents: read, checked for shape, and for what they mean together."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from dialform.compiler.consolecheck import check_console
from dialform.compiler.doubt import certain
from dialform.compiler.numbering import code_flaws, judge
from dialform.compiler.phones.servicecheck import check_provisioning
from dialform.compiler.pricing.book import RateBook
from dialform.compiler.pricing.inline import check_rates
from dialform.compiler.prune import NOTHING, Cuts, shape_check_all
from dialform.compiler.redis import check_redis
from dialform.compiler.routes import check_routes
from dialform.compiler.scope import PlatformView
from dialform.compiler.sitefile import named_file
from dialform.schema.billing import TABLES, Billing
from dialform.schema.calltest import Calls
from dialform.schema.diagnostic import Diagnostic
from dialform.schema.document import Document, load
from dialform.schema.platform import Platform, SwitchHost
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import billing as billing_rules
from dialform.schema.rules import numbers as number_rules
from dialform.schema.rules import platform as rules
from dialform.schema.rules import secrets as secret_rules
from dialform.schema.secret import SecretRef
from dialform.schema.tree import Tree
from dialform.schema.types import Model
from dialform.values import dataclass, field

M = TypeVar("M", bound=Model)

_LEDGER = re.compile(r"(?:sqlite:////|postgres(?:ql)?(?:\+psycopg)?://)\S+\Z")


@dataclass(slots=True)
class LoadedPlatform:
    """The view (None where platform.yaml itself cannot be used), documents for places, findings."""

    view: PlatformView | None
    documents: dict[str, Document]
    diagnostics: list[Diagnostic]
    calls: dict[str, Calls] = field(default_factory=dict)
    """The files of `calls.d/`, as far as they could be read."""
    cuts: dict[str, Cuts] = field(default_factory=dict)
    book: RateBook = field(
        default_factory=lambda: RateBook(Billing(), lambda _: False, lambda _: b"")
    )
    """All prices, as far as the rates are well written."""


def load_platform(tree: Tree, read: Callable[[str], bytes]) -> LoadedPlatform:
    """Load everything that is not a tenant's."""
    reader = _Reader(tree, read)
    platform = reader.model(Platform, "platform.yaml")
    routes = reader.model(Routes, "routes.yaml")
    billing = reader.model(Billing, "billing.yaml")
    calls = {path: tests for path in tree.calls if (tests := reader.model(Calls, path))}
    providers = {
        name: model
        for name, path in sorted(tree.providers.items())
        if (model := reader.model(Provider, path)) is not None
    }
    if platform is None or reader.cuts["platform.yaml"].touch("country"):
        return LoadedPlatform(None, reader.documents, reader.diagnostics)
    view = PlatformView(
        platform,
        reader.whole("routes.yaml", "routes", routes.routes if routes else {}),
        (billing or Billing()).model_copy(
            update={
                table: reader.whole("billing.yaml", table, getattr(billing, table, {}))
                for table in TABLES
            }
        ),
        providers,
        frozenset(reader.incomplete),
        frozenset(path for path in tree.entries if path.startswith("media/")),
    )
    flaws = [
        *_hosts(view),
        *check_redis(view.platform),
        *_codes(view),
        *_shown_numbers(view),
        *_providers(view),
        *check_routes(view),
        *_emergency(view, tree),
        *check_rates(view, tree),
        *_keys(view, tree),
        *check_provisioning(view.platform.provisioning),
        *check_console(view.platform),
    ]
    reader.diagnostics += [
        reader.documents[flaw.document].diagnostic(told)
        for flaw in flaws
        for told in certain([flaw], reader.cuts.get(flaw.document, NOTHING))
    ]
    book = RateBook(view.billing, tree.has, read)
    return LoadedPlatform(view, reader.documents, reader.diagnostics, calls, reader.cuts, book)


class _Reader:
    def __init__(self, tree: Tree, read: Callable[[str], bytes]) -> None:
        self.cuts: dict[str, Cuts] = {}
        self.tree = tree
        self.read = read
        self.documents: dict[str, Document] = {}
        self.diagnostics: list[Diagnostic] = []
        self.incomplete: set[str] = set()

    def whole(self, path: str, table: str, objects: Mapping[str, M]) -> dict[str, M]:
        """The objects of a table that nothing was cut out of."""
        cuts = self.cuts.get(path, NOTHING)
        return {key: one for key, one in objects.items() if not cuts.touch(table, key)}

    def model(self, model: type[M], path: str) -> M | None:
        if not self.tree.has(path):
            return None
        document, found = load(path, [(path, self.read(path))])
        self.documents[path] = document
        self.diagnostics += found
        if not document.readable:
            self.incomplete.add(path)
            return None
        result, flaws, cuts = shape_check_all(model, path, document.data)
        self.cuts[path] = cuts
        self.diagnostics += [document.diagnostic(flaw) for flaw in flaws]
        if flaws or found:
            self.incomplete.add(path)
        return result


def _hosts(view: PlatformView) -> Iterator[Flaw]:
    place: Path
    encrypted = any(p.active and p.transport == "tls" for p in view.providers.values())
    for name, host in view.platform.hosts.items():
        path = ("hosts", name)
        yield from _ports(host, path, encrypted)
        if not _is_loopback(host.esl.host):
            place = (*path, "esl", "host")
            yield rules.OpenEventSocket.flaw("platform.yaml", place, host=host.esl.host)
        yield from _six(host, path)
        if host.ports.ws and not _is_loopback(host.ws_bind):
            place = (*path, "ws_bind")
            yield rules.OpenWebSocket.flaw("platform.yaml", place, address=host.ws_bind)
        if host.paths.certs is None:
            yield rules.SelfSigned.flaw("platform.yaml", path, on="key", host=name)
        yield from plain(host.esl.password, "platform.yaml", (*path, "esl", "password"))
    for place, secret in (
        (
            ("provisioning", "admin_password"),
            getattr(view.platform.provisioning, "admin_password", None),
        ),
        (("mail", "password"), getattr(view.platform.mail, "password", None)),
        (("console", "forge", "token"), _of_console(view, "forge", "token")),
        (("console", "openid", "client_secret"), _of_console(view, "openid", "client_secret")),
    ):
        yield from plain(secret, "platform.yaml", place)
    for key in ("core_db", "ledger"):
        url = getattr(view.platform, key)
        if url is not None and url.form == "plain" and "@" in url.text:
            yield from plain(url, "platform.yaml", (key,))
    ledger = view.platform.ledger
    if ledger is not None and ledger.form == "plain" and not _LEDGER.match(ledger.text):
        yield billing_rules.BadLedger.flaw("platform.yaml", ("ledger",))
    yield from plain(view.platform.redis_password, "platform.yaml", ("redis_password",))


def _of_console(view: PlatformView, part: str, name: str) -> SecretRef | None:
    found: SecretRef | None = getattr(getattr(view.platform.console, part, None), name, None)
    return found


def _six(host: SwitchHost, path: tuple[str, ...]) -> Iterator[Flaw]:
    """IPv6 beside IPv4, and not in its place."""
    what = ""
    if host.bind6 and not host.address6:
        key, what, way = "bind6", "bind6 without address6", "write address6 as well"
    elif host.address6 and ":" in host.address:
        key, what = "address6", "address is an IPv6 address already"
        way = "write the IPv4 address or a name in address"
    if what:
        values = {"what": what, "way": way}
        yield rules.AddressFamily.flaw("platform.yaml", (*path, key), on="key", **values)


def _ports(host: SwitchHost, path: tuple[str, ...], encrypted: bool) -> Iterator[Flaw]:
    """One service a port. Carriers over TLS (`encrypted`) take the port after the plain one's."""
    first, last = (int(part) for part in host.ports.rtp.split("-"))
    taken: dict[int, str] = {}
    for service in ("internal", "tls", "external", "wss", "ws"):
        port = getattr(host.ports, service)
        if port is None:
            continue
        other = taken.setdefault(port, service)
        if other == service and first <= port <= last:
            other = "rtp"
        if other != service:
            place = (*path, "ports", service)
            yield rules.PortTwice.flaw("platform.yaml", place, port=port, other=other)
    beside = host.ports.external + 1
    if encrypted and (beside in taken or first <= beside <= last):
        place = (*path, "ports", "external")
        other = taken.get(beside, "rtp")
        yield rules.PortTwice.flaw("platform.yaml", place, port=beside, other=other)
    if host.esl.port in taken:
        place = (*path, "esl", "port")
        yield rules.PortTwice.flaw(
            "platform.yaml", place, port=host.esl.port, other=taken[host.esl.port]
        )


def _codes(view: PlatformView) -> Iterator[Flaw]:
    """Feature codes: one meaning each, and none that is an emergency number."""
    names: dict[str, str] = {}
    codes = view.platform.feature_codes
    for name in type(codes).model_fields:
        code = getattr(codes, name)
        if code is None:
            continue
        path, what = ("feature_codes", name), f"the feature code {name}"
        first = names.setdefault(code, name)
        if first != name:
            values = {"number": code, "object": f"the feature code {first}", "other": what}
            yield number_rules.NumberTwice.flaw("platform.yaml", path, **values)
        if code in view.emergency_numbers:
            values = {"object": what, "number": code}
            yield number_rules.EmergencyHidden.flaw("platform.yaml", path, **values)
    for those, rule, values in code_flaws({name: code for code, name in names.items()}):
        yield rule.flaw("platform.yaml", ("feature_codes", those[0]), **values)


def _shown_numbers(view: PlatformView) -> Iterator[Flaw]:
    """The caller IDs that the platform and the providers show."""
    country = view.platform.country
    emergency = view.platform.emergency
    if emergency and emergency.caller_id:
        place = ("emergency", "caller_id")
        yield from judge("platform.yaml", emergency.caller_id, country, place)
    for name, provider in view.providers.items():
        if provider.caller_id:
            document = f"providers.d/{name}.yaml"
            yield from judge(document, provider.caller_id, country, ("caller_id",))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def plain(secret: SecretRef | None, document: str, path: tuple[str | int, ...]) -> Iterator[Flaw]:
    """A finding where a secret is written in plain text."""
    if secret is not None and secret.form == "plain":
        yield secret_rules.PlainSecret.flaw(document, path)


def host_is_name(host: str) -> bool:
    """Whether a host is a DNS name rather than an address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _providers(view: PlatformView) -> Iterator[Flaw]:
    for name, provider in view.providers.items():
        document = f"providers.d/{name}.yaml"
        yield from plain(provider.password, document, ("password",))
        if provider.register_:
            missing = [key for key in ("username", "password") if getattr(provider, key) is None]
            if missing:
                place = ("register",)
                key = "' and '".join(missing)
                yield rules.ProviderWithoutLogin.flaw(document, place, on="key", name=name, key=key)
        what, way, key = _unreachable(view, provider)
        if what:
            yield rules.ProviderNotReachable.flaw(document, (key,), what=what, way=way)
        elif host_is_name(provider.host) and not provider.addresses:
            yield rules.ProviderByNameOnly.flaw(document, ("host",), name=name)


_OTHER_PORTS = {"tls": (5060, 5061), "udp": (5061, 5060), "tcp": (5061, 5060)}


def _unreachable(view: PlatformView, provider: Provider) -> tuple[str, str, str]:
    odd, right = _OTHER_PORTS[provider.transport]
    if provider.port == odd:
        what = f"port {odd} does not go with transport {provider.transport}"
        return what, f"port: {right}, or another transport", "port"
    if not host_is_name(provider.host):
        address = ipaddress.ip_address(provider.host)
        if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
            return f"{address} cannot be a carrier's address", "write the carrier's own", "host"
        hosts = view.platform.hosts.values()
        if address.version == 6 and not any(h.address6 or ":" in h.address for h in hosts):
            way = "give a host an address6, or write the carrier's IPv4 address"
            return f"no host has an IPv6 address to reach {address} from", way, "host"
        for host in hosts:
            same = host.address == provider.host
            if same and provider.port in (host.ports.internal, host.ports.external, host.ports.tls):
                return f"{address}:{provider.port} is this platform itself", "", "host"
    elif provider.host == "localhost" or provider.host.endswith((".invalid", ".localhost")):
        return f"'{provider.host}' can never be a carrier", "write the carrier's host", "host"
    return "", "", ""


def _emergency(view: PlatformView, tree: Tree) -> Iterator[Flaw]:
    """That anybody can call for help at all; whether each tenant can is checked there."""
    if tree.tenants and not view.emergency_numbers and "routes.yaml" not in view.incomplete:
        document = "routes.yaml" if tree.has("routes.yaml") else "platform.yaml"
        what = "no route has toll: emergency"
        yield rules.NoEmergencyRoute.flaw(document, ("routes",), on="key", what=what)


def _keys(view: PlatformView, tree: Tree) -> Iterator[Flaw]:
    for index, file in enumerate(view.platform.trusted_signers):
        yield from named_file("platform.yaml", ("trusted_signers", index), file, tree)
