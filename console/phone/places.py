"""Where browsers reach the switch: SIP over WebSocket, by names that a certificate can hold."""

import ipaddress
from collections.abc import Sequence

from dialform.compiler.across import tenants_of
from dialform.compiler.scope import PlatformView
from dialform.schema.platform import SwitchHost


def places(view: PlatformView, tenant: str) -> Sequence[str]:
    """The addresses (`wss://…`) of the hosts that a tenant lives on, the first wave's first."""
    platform = view.platform
    if platform.console is not None and platform.console.websocket:
        return (platform.console.websocket,)
    hosts = sorted(platform.hosts.items(), key=lambda pair: (pair[1].wave, pair[0]))
    return tuple(
        _place(host, platform.domain)
        for name, host in hosts
        if host.ports.wss is not None and tenants_of(view, name, (tenant,))
    )


def origins(view: PlatformView | None) -> Sequence[str]:
    """All that pages may open a WebSocket to, whichever tenant they are of."""
    if view is None:
        return ()
    platform = view.platform
    said = platform.console.websocket if platform.console else None
    hosts = [
        _place(host, platform.domain)
        for host in platform.hosts.values()
        if host.ports.wss is not None
    ]
    return tuple(sorted({_origin(one) for one in ([said] if said else hosts)}))


def _place(host: SwitchHost, domain: str) -> str:
    return f"wss://{_named(host.address, domain)}:{host.ports.wss}"


def _named(address: str, domain: str) -> str:
    """The name of a host. Certificates are of names: what has only an address is meant by the domain."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if not found.is_loopback:
        return domain
    return f"[{address}]" if found.version == 6 else address


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
