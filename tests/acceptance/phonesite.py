"""The demo site with phones: its secrets, a switch that is simulated, and the service that phones fetch from."""

import json
import re
import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from .conftest import DIALFORM, Done, copy_of_the_demo, environment

BASE = "https://pbx.example.com/provision/"
"""Of the demo."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Site:
    """A copy of the demo with all of its secrets, compiled."""

    root: Path
    secrets: Path
    state: Path

    @property
    def host(self) -> Path:
        return self.root / "out/pbx1"

    def run(self, *words: str, stdin: str = "") -> Done:
        """The command, as an operator of this site types it."""
        done = subprocess.run(
            [DIALFORM, *words], cwd=self.root, env=environment(DIALFORM_STATE=str(self.state)),
            input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def compile(self) -> None:
        done = self.run("compile", "--secrets", str(self.secrets))
        assert done.status == 0, done.out + done.err

    def device(self, *words: str) -> Done:
        return self.run("device", *words)

    def said(self, *words: str) -> Any:
        """What `dialform device` says as JSON."""
        done = self.device(*words, "--format", "json")
        assert done.status == 0, done.err
        return json.loads(done.out)

    def access(self, mac: str, auth: str = "token") -> dict[str, Any]:
        found: dict[str, Any] = self.said(
            "url", mac, "--auth", auth, "--secrets", str(self.secrets)
        )
        return found

    def index(self) -> list[dict[str, Any]]:
        """All phones that were compiled, as the service knows them."""
        paths = sorted(self.host.glob("phones/tenants/*.json"))
        return [row for path in paths for row in json.loads(path.read_text())["devices"]]

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.root / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")


def site_with_phones(folder: Path) -> Site:
    """The demo with its secrets, its event socket on a free port; compiled."""
    root = copy_of_the_demo(folder / "site")
    kept = folder / "secrets"
    kept.mkdir(mode=0o700)
    named = {
        name
        for path in root.rglob("*.yaml")
        for name in re.findall(r"\{secret: ([\w.-]+)\}", path.read_text("utf-8"))
    }
    for name in {"master", *named}:
        text = "471147" if "conf" in name or "general" in name else secrets.token_urlsafe(24)
        (kept / name).write_text(text + "\n")
    state = folder / "state"
    (state / "provisioning").mkdir(parents=True)
    made = Site(root, kept, state)
    made.edit("platform.yaml", "port: 8021", f"port: {free_port()}")
    made.compile()
    return made


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost, signed by itself, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@dataclass
class Serving:
    """A service that runs."""

    process: "subprocess.Popen[str]"
    url: str
    watch: str
    cert: Path
    log: Path

    def fetch(
        self, url: str, agent: str = "test", method: str = "GET", **more: Any
    ) -> httpx.Response:
        """Fetch from an address of the demo, wherever the service really is."""
        context = ssl.create_default_context(cafile=str(self.cert))
        with httpx.Client(verify=context, headers={"User-Agent": agent}) as client:
            return client.request(method, url.replace("https://pbx.example.com", self.url), **more)

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait(self, what: Callable[[], bool], patience: float = 20) -> None:
        """Until something is so."""
        end = time.monotonic() + patience
        while not what():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)


@contextmanager
def serving(site: Site, folder: Path) -> Iterator[Serving]:
    """The service of a site, over TLS on loopback, until the block ends."""
    cert, key = certificate(folder)
    log = folder / "service.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [DIALFORM, "provision", "serve", "--root", site.host, "--listen", f"127.0.0.1:{free_port()}",
             "--certificate", cert, "--key", key, "--metrics", "127.0.0.1:0"],
            env=environment(DIALFORM_STATE=str(site.state)), stderr=stream, text=True,
        )  # fmt: skip
    found = Serving(process, "", "", cert, log)
    try:
        found.wait(lambda: process.poll() is not None or '"listening"' in log.read_text())
        (said,) = [line for line in found.lines() if line["event"] == "listening"]
        found.url = said["where"].replace("127.0.0.1", "localhost")
        found.watch = f"http://{said['watched']}"
        yield found
    finally:
        process.terminate()
        process.wait(20)
