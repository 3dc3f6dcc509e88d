"""How the portal runs: `console:` of platform.yaml, and what the command line says instead."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from dialform.console.errors import SettingsError
from dialform.schema.console import Console
from dialform.values import dataclass

BEHIND = ("127.0.0.1", 8086)
"""Where it listens without a certificate: for a proxy on this host."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """Where it listens and what it is called from outside. `base_url` ends with a slash."""

    base_url: str
    listen: str = BEHIND[0]
    port: int = BEHIND[1]
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[Network, ...] = ()
    entry: Console | None = None
    """What platform.yaml says: self-service, forge, sign-in, sessions."""

    @property
    def tls(self) -> bool:
        """Whether it speaks TLS itself."""
        return self.certificate is not None

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS: cookies are then sent no other way."""
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        """What browsers send as `Origin`."""
        parts = urlsplit(self.base_url)
        usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")  # browsers leave it out
        return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}".lower()

    @property
    def root_path(self) -> str:
        """The path that all of it lies below, without the last slash; "" for the root."""
        return urlsplit(self.base_url).path.rstrip("/")

    def trusts(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        """Whether somebody is a proxy of ours."""
        return any(address in network for network in self.proxies)


def settings_of(
    entry: Console | None, *, listen: tuple[str, int] | None = None, certificate: Path | None = None,
    key: Path | None = None, base_url: str | None = None,
) -> Settings:  # fmt: skip
    """The settings. Raises SettingsError where they contradict each other."""
    said = entry or None
    certificate = certificate or (Path(said.certificate) if said and said.certificate else None)
    key = key or (Path(said.key) if said and said.key else None)
    if (certificate is None) != (key is None):
        raise SettingsError("certificate and key belong together: name both, or neither")
    base = base_url or (said.base_url if said else "")
    host, port = listen or ("", 0)
    host = host or (said.listen if said and said.listen else "")
    port = port if listen else (said.port if said and said.port else 0)
    if certificate is None:
        host = host or BEHIND[0]
        port = port if listen else port or BEHIND[1]
    else:
        host = host or "::"
        port = port if listen else port or urlsplit(base).port or 443
    proxies = tuple(
        ipaddress.ip_network(one, strict=False) for one in (said.trusted_proxies if said else ())
    )
    if certificate is None and not proxies and not _loopback(host):
        raise SettingsError(
            f"plain HTTP would be served on {host}: give `console` a certificate and key, or listen on "
            "127.0.0.1 behind a proxy that has them, or name the proxy in `trusted_proxies`"
        )
    if not base:
        scheme = "https" if certificate else "http"
        base = f"{scheme}://{host}:{port}/"
    return Settings(base.rstrip("/") + "/", host, port, certificate, key, proxies, said)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
