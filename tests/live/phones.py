"""A host whose phones fetch their configuration: an agent, the provisioning service, and who fetches."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .agent import DIALFORM, ENVIRONMENT, AgentHost
from .ports import free_port
from .site import HERE, Site

SLUG = "fetching"
TENANT = f"tenants.d/{SLUG}.yaml"
DEVICES: dict[str, tuple[str, str, str]] = {
    "0015651a2b01": ("yealink", "t46s", "6001"),
    "000b821a2b02": ("grandstream", "gxp2170", "6002"),
    "0004f21a2b03": ("poly", "vvx410", "6003"),
    "0c383e1a2b04": ("fanvil", "x4u", "6004"),
    "0004131a2b05": ("snom", "d735", "6005"),
    "00562b1a2b06": ("cisco", "spa504g", "6006"),
    "7c2f801a2b07": ("gigaset", "n870ippro", "6007"),
    "001fc11a2b08": ("htek", "uc926", "6008"),
    "02005e1a2b09": ("generic", "softphone", "6009"),
}
"""MAC → vendor, model, and the extension of its line."""


def of(vendor: str) -> str:
    """The MAC of a vendor's phone."""
    return next(mac for mac, (name, _, _) in DEVICES.items() if name == vendor)


def curl_or_skip() -> str:
    return tool("curl", "NO PHONE'S REQUEST WAS MADE TO THE PROVISIONING SERVICE")


def tool(name: str, so: str) -> str:
    """A program of this machine; without it the test is skipped, loudly."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NO {name} HERE: {so}")
    return found


class PhonesHost(AgentHost):
    """It has a tenant whose phones fetch; `serving` answers them."""

    def __init__(self, site: Site) -> None:
        self.port = free_port()
        self.certificate = _certificate(site.folder)
        self.base = f"https://{HERE}:{self.port}/provision/"
        _write_tenant(site, vendors_here())
        with site.edit("platform.yaml") as platform:
            platform["provisioning"] = {
                "base_url": self.base, "listen": HERE, "port": self.port,
                "certificate": str(self.certificate), "key": str(self.certificate),
            }  # fmt: skip
        super().__init__(site)

    @property
    def domain(self) -> str:
        return self.site.domain(SLUG)

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """`dialform provision serve` over the agent's current generation."""
        log = self.site.folder / "provision.log"
        command = [
            DIALFORM, "provision", "serve", "--root", str(self.agent_state / "current"),
            "--state", str(self.site.folder / "served"),
        ]  # fmt: skip
        with log.open("ab") as stream:
            process = subprocess.Popen(command, env=ENVIRONMENT, stdout=stream, stderr=stream)
        try:
            deadline = time.monotonic() + 20
            while b"listening" not in log.read_bytes():
                assert process.poll() is None, log.read_text()[-2000:]
                assert time.monotonic() < deadline, "it does not listen"
                time.sleep(0.05)
            yield
            assert process.poll() is None, log.read_text()[-2000:]
        finally:
            process.terminate()
            process.wait(20)

    def url(self, mac: str) -> str:
        """What somebody types into a phone."""
        words = ("--site", str(self.site.source), "--secrets", str(self.site.secrets))
        out = self.dialform("device", "url", mac, "--format", "json", *words)
        found = json.loads(out)
        return str(_first_url(found))

    def dialform(self, *words: str, code: int = 0) -> str:
        """A command about this host."""
        ran = subprocess.run(
            [DIALFORM, *words, "--state", str(self.agent_state)], env=ENVIRONMENT,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == code, (words, ran.stdout, ran.stderr)
        return ran.stdout

    def curl(self, url: str, agent: str, *more: str) -> tuple[int, bytes]:
        """Fetches as a phone does; the status, and what came."""
        words = [
            curl_or_skip(), "--silent", "--show-error", "--cacert", str(self.certificate), "--user-agent", agent,
            "--max-time", "20", "--output", "-", "--write-out", "\n%{http_code}", *more, url,
        ]  # fmt: skip
        ran = subprocess.run(words, capture_output=True, timeout=30, check=False)
        assert ran.returncode == 0, ran.stderr
        body, _, status = ran.stdout.rpartition(b"\n")
        return int(status), body

    def folder_of(self, mac: str) -> Path:
        """A phone's files as they were compiled."""
        return self.agent_state / "current" / "provisioning" / mac

    def log(self) -> str:
        """What the service said."""
        return (self.site.folder / "provision.log").read_text()


def vendors_here() -> set[str]:
    """The vendors that this Dialform knows."""
    from dialform.compiler.phones.catalogue import vendors

    return set(vendors())


def _first_url(data: Any) -> str:
    if isinstance(data, dict):
        return str(data.get("url") or _first_url(next(iter(data.values()))))
    return _first_url(data[0])


def _certificate(folder: Path) -> Path:
    openssl = tool("openssl", "THE PROVISIONING SERVICE WAS NOT TRIED OVER TLS")
    both, key = folder / "provision.pem", folder / "provision.key"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HERE}",
         "-addext", f"subjectAltName=IP:{HERE}", "-keyout", str(key), "-out", str(both)],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_text(both.read_text() + key.read_text())
    return both


def _write_tenant(site: Site, vendors: set[str]) -> None:
    server = f"{HERE}:{site.ports['internal']}"
    devices = "".join(
        f'  "{mac}": {{label: {vendor}, vendor: {vendor}, model: {model}, profile: desk,'
        f' lines: [{{extension: "{number}", server: "{server}"}}]}}\n'
        for mac, (vendor, model, number) in DEVICES.items()
        if vendor in vendors
    )
    extensions = "".join(
        f'  "{number}": {{name: {vendor}, ring_timeout: 8}}\n'
        for vendor, _, number in DEVICES.values()
    )
    (site.source / TENANT).write_text(
        "# Its phones fetch what they need.\n"
        "company: Fetching\n"
        "permissions: [fpbx_extension, devices]\n"
        "subscription: {package: callcenter, plan: standard, since: 2026-11-01}\n"
        f"extensions:\n{extensions}"
        "device_profiles:\n  desk: {codecs: [PCMU, PCMA], language: en}\n"
        f"devices:\n{devices}"
    )
