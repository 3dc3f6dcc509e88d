"""The demo site, moved onto loopback and compiled for a switch of the test run."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dialform.compiler.secrets import open_store

from .ports import free_port, free_range
from .sip import Address

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    *("platform.yaml", "routes.yaml", "billing.yaml", "providers.d", "tenants.d"),
    *("calls.d", "media", "rates", "keys"),
)
HOST = "pbx1"
HERE = "127.0.0.1"
CARRIERS = 21  # the first carrier is 127.0.0.21, the next .22
RTP_PORTS = 400
FOLDERS = ("log", "db", "certs", "sounds", "recordings", "storage", "cdr")


def secret_text(name: str) -> str:
    """A value that serves as password and as PIN alike, the same in each run."""
    return str(int(hashlib.sha256(name.encode()).hexdigest(), 16))[:8]


def secret_names(data: Any) -> Iterator[str]:
    """The names in all `{secret: name}` of a document."""
    if isinstance(data, dict):
        if set(data) == {"secret"}:
            yield str(data["secret"])
        else:
            for value in data.values():
                yield from secret_names(value)
    elif isinstance(data, list):
        for value in data:
            yield from secret_names(value)


@dataclass
class Site:
    """A copy of the demo site in `folder`, with what a compile needs and makes beside it."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    carriers: dict[str, Address] = field(default_factory=dict)
    encrypted: dict[str, Address] = field(default_factory=dict)
    """Carriers over TLS; the suite's others are SIPp over UDP."""

    @classmethod
    def demo(cls, folder: Path, root: Path = ROOT, also: Path | None = None) -> Site:
        """Copies the site at the repository's root and moves it to free ports on loopback.

        The tenants and providers of the folder `also` come in beside its own.
        """
        site = cls(folder)
        for part in PARTS:
            if (root / part).is_dir():
                shutil.copytree(root / part, site.source / part)
            elif (root / part).exists():
                site.source.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / part, site.source / part)
        for part in ("tenants.d", "providers.d") if also else ():
            assert also is not None
            shutil.copytree(also / part, site.source / part, dirs_exist_ok=True)
        site._move_host()
        for number, path in enumerate(sorted((site.source / "providers.d").glob("*.yaml"))):
            site._move_provider(path, f"127.0.0.{CARRIERS + number}")
        site.write_secrets()
        return site

    @property
    def source(self) -> Path:
        """The YAML."""
        return self.folder / "site"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def state(self) -> Path:
        """Where the switch writes."""
        return self.folder / "state"

    @property
    def conf(self) -> Path:
        """What FreeSWITCH boots from."""
        return self.out / HOST / "freeswitch"

    @contextlib.contextmanager
    def edit(self, name: str) -> Iterator[Any]:
        """A file of the site as data; comments and order stay, changes are written at the end."""
        path, yaml = self.source / name, _yaml()
        data = yaml.load(path)
        yield data
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(data, stream)

    def _move_host(self) -> None:
        self.ports = {
            name: free_port() for name in ("internal", "tls", "external", "wss", "ws", "esl")
        }
        rtp = free_range(RTP_PORTS)
        with self.edit("platform.yaml") as platform:
            host = platform["hosts"][HOST]
            ports = {name: port for name, port in self.ports.items() if name != "esl"}
            host["address"] = host["bind"] = HERE
            host["ports"] = {**ports, "rtp": f"{rtp}-{rtp + RTP_PORTS - 1}"}
            host["esl"] = {"host": HERE, "port": self.ports["esl"], "password": {"secret": "esl"}}
            host["paths"] = {name: str(self.state / name) for name in FOLDERS}
        for name in FOLDERS:
            (self.state / name).mkdir(parents=True, exist_ok=True)

    def _move_provider(self, path: Path, host: str) -> None:
        port = free_port(host)
        with self.edit(f"providers.d/{path.name}") as provider:
            encrypted = path.stem == "tls"
            provider["host"], provider["port"] = host, port
            provider["transport"] = "tls" if encrypted else "udp"
            (self.encrypted if encrypted else self.carriers)[path.stem] = (host, port)
            if "addresses" in provider:
                provider["addresses"] = [host]

    def write_secrets(self) -> None:
        """The master and every secret that the site names, as a host lays them out."""
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        values = {"master": hashlib.sha256(b"live").hexdigest()}
        for path in sorted(self.source.rglob("*.yaml")):
            values |= {name: secret_text(name) for name in secret_names(load(path))}
        for name, value in values.items():
            file = self.secrets / name
            file.write_text(value + "\n", "utf-8")
            file.chmod(0o600)

    def compile(self) -> None:
        """Runs `dialform compile`; fails with all that it said."""
        done = self._dialform("compile", "--out", str(self.out))
        assert done.returncode == 0, f"dialform compile: exit {done.returncode}\n{done.stdout}"

    def domain(self, tenant: str) -> str:
        """A tenant's SIP domain."""
        folder = self.source / "tenants.d"
        paths = [folder / f"{tenant}.yaml", *sorted((folder / tenant).glob("*.yaml"))]
        merged: dict[str, Any] = {}
        for path in paths:
            if path.exists():
                merged |= load(path)
        platform = load(self.source / "platform.yaml")
        return str(merged.get("domain") or f"{tenant}.{platform['domain']}")

    def password(self, extension: str) -> str:
        """The SIP password of `acme/1001`."""
        return self.secret(f"{extension}/sip")

    def secret(self, name: str) -> str:
        """The derived secret `acme/1001/sip` or `acme/1001/pin`, as a host with this master has it.

        In this process: the suite asks for hundreds. `shown` asks the command.
        """
        tenant, object_, kind = name.split("/")
        return open_store(self.secrets, {}).derive(tenant, object_, kind)

    def shown(self, name: str) -> str:
        """What `dialform secret show` prints."""
        done = self._dialform("secret", "show", name)
        assert done.returncode == 0, f"dialform secret show {name}: {done.stdout}"
        return done.stdout.strip().splitlines()[-1]

    def address(self, port: str) -> Address:
        """A port of the switch by its name: internal, tls, external, wss, ws, esl."""
        return HERE, self.ports[port]

    def address6(self, port: str) -> Address:
        """The same port over IPv6."""
        return "::1", self.ports[port]

    def _dialform(self, *words: str) -> subprocess.CompletedProcess[str]:
        script = Path(sys.executable).with_name("dialform")
        given = ("--site", str(self.source), "--secrets", str(self.secrets))
        return subprocess.run(
            [str(script), *words, *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def load(path: Path) -> Any:
    """A YAML file as data."""
    return _yaml().load(path)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.preserve_quotes = True
    return yaml
