"""What the service is told: `phones/service.json` of the released folder, and what its command overrides."""

import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dialform.provisioning.errors import SettingsError
from dialform.values import dataclass, field

SERVICE = "phones/service.json"
ALWAYS = "/provision/"
"""A prefix that is served whatever the address of the platform says."""

BEHIND = ("127.0.0.1", 8085)
"""Where it listens without a certificate: for a proxy on this host."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs. `prefixes` begin and end with `/`, the longest first.

    Without `certificate` it speaks plain HTTP, and only to loopback and to `proxies`, whose word of a
    client's address and scheme (X-Forwarded-For, -Proto) counts. `authorities` are, by vendor, the files with
    those who sign its phones' own certificates (PEM).
    """

    base_url: str = ""
    prefixes: tuple[str, ...] = (ALWAYS,)
    listen: str = BEHIND[0]
    port: int = BEHIND[1]
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[Network, ...] = ()
    authorities: Mapping[str, Path] = field(default_factory=dict)

    @property
    def tls(self) -> bool:
        """Whether it speaks TLS itself."""
        return self.certificate is not None

    @property
    def secure(self) -> bool:
        """Whether phones are to come by TLS: what a proxy got without is then refused."""
        return not self.base_url.startswith("http://")

    def trusts(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        """Whether somebody is a proxy of ours."""
        return any(address in network for network in self.proxies)


def read_settings(root: Path, **overrides: Any) -> Settings:
    """The settings of a released folder.

    Args:
        root: the folder of a host, or a link to it.
        overrides: entries of service.json (`listen`, `port`, `certificate`, `key`, `trusted_proxies`,
            `device_certificates`, `base_url`) that count instead; None counts as not said.

    Raises:
        SettingsError: there are none, or they contradict each other.
    """
    path = root / SERVICE
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise SettingsError(
            f"{path} is not there: give `platform.yaml` an entry `provisioning:` with a base_url, "
            "compile, and serve that host's folder"
        ) from None
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise SettingsError(f"{path} cannot be read ({what}): compile anew") from None
    if not isinstance(data, dict):
        raise SettingsError(f"{path} cannot be read (it is no object): compile anew")
    said = {name: value for name, value in overrides.items() if value is not None}
    return settings_of({**data, **said})


def settings_of(data: Mapping[str, Any]) -> Settings:
    """The settings that entries of service.json make. Raises SettingsError."""
    base = str(data.get("base_url") or "")
    certificate, key = _path(data, "certificate"), _path(data, "key")
    if certificate is None and key is not None:
        raise SettingsError("there is a key but no certificate: name both, or neither")
    proxies = tuple(_network(text) for text in data.get("trusted_proxies") or ())
    listen, port = str(data.get("listen") or ""), int(data.get("port") or 0)
    if certificate is None:
        listen, port = listen or BEHIND[0], port or BEHIND[1]
        _plain(listen, proxies)
    else:
        listen, port = listen or "::", port or urlsplit(base).port or 443
    return Settings(
        base_url=base,
        prefixes=_prefixes(base),
        listen=listen,
        port=port,
        certificate=certificate,
        key=key,
        proxies=proxies,
        authorities={
            str(vendor): Path(str(path))
            for vendor, path in (data.get("device_certificates") or {}).items()
        },
    )


def _path(data: Mapping[str, Any], name: str) -> Path | None:
    return Path(str(data[name])) if data.get(name) else None


def _prefixes(base: str) -> tuple[str, ...]:
    own = "/" + urlsplit(base).path.strip("/") + "/" if base else ALWAYS
    return tuple(sorted({own.replace("//", "/"), ALWAYS}, key=len, reverse=True))


def _network(text: object) -> Network:
    try:
        return ipaddress.ip_network(str(text), strict=False)
    except ValueError:
        raise SettingsError(
            f"trusted_proxies: '{text}' is no address or network, as in 10.0.0.5 or 10.0.0.0/24"
        ) from None


def _plain(listen: str, proxies: tuple[Network, ...]) -> None:
    """Secrets in clear go to this host and to proxies, never further."""
    try:
        loopback = ipaddress.ip_address(listen).is_loopback
    except ValueError:
        loopback = listen == "localhost"
    if not loopback and not proxies:
        raise SettingsError(
            f"plain HTTP would be served on {listen}: give `provisioning` a certificate and key, or "
            "listen on 127.0.0.1 behind a proxy that has them, or name the proxy in trusted_proxies"
        )
