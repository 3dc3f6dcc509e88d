"""Whether phones can fetch, did, and registered then: each trouble, and where there is none."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.provisioning.fetches import Fetch, Fetches
from dialform.reconcile.desk.devices import Device, devices
from dialform.reconcile.desk.scope import WHOLE
from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.visit import Visit, visit
from dialform.reconcile.folders import Folders
from dialform.renderers import site as renderers
from dialform.schema.tree import scan
from dialform.simulator.served import SimulatedSwitch

from .conftest import NOW, ROOT, Ask, Made, levels

DAY = 86400.0
FINE = Visit(401, 'Digest realm="dialform"', NOW + 60 * DAY)


@pytest.fixture(scope="module")
def with_phones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with its phones, compiled once."""
    out = tmp_path_factory.mktemp("phones")
    build(Run(scan(ROOT), open_store(None, {}), 1), renderers, Options(out, None))
    return out / "pbx1"


@pytest.fixture
def host(with_phones: Path, tmp_path: Path) -> Path:
    shutil.copytree(with_phones, tmp_path / "pbx1")
    return tmp_path / "pbx1"


@pytest.fixture
def phones(host: Path, ground: Ground, machine: Made, tmp_path: Path) -> list[Device]:
    """The demo's phones, an hour after they changed; the address answers as it should."""
    import os

    (tmp_path / "state/provisioning").mkdir(parents=True)
    ground.state, ground.folders = tmp_path / "state", Folders((host,))
    machine.visits = FINE
    for path in host.glob("phones/tenants/*.json"):
        os.utime(path, (NOW - 3600, NOW - 3600))
    return devices(host, WHOLE)


def fetched(tmp_path: Path, *phones: Device, ago: float = 1800, revision: str = "") -> None:
    kept = Fetches(tmp_path / "state/provisioning")
    for one in phones:
        kept.note(
            Fetch(one.mac, NOW - ago, "x.cfg", revision or one.revision, "192.0.2.7", "phone")
        )
    kept.flush()


def told(found: list[Finding], level: str) -> list[Finding]:
    return [one for one in found if one.level.word == level]


def test_all_is_well(ask: Ask, phones: list[Device], tmp_path: Path) -> None:
    fetched(tmp_path, phones[0])
    found = ask("provisioning")
    assert levels(found) == {"ok", "unknown"}, "no switch is here to ask who is registered"
    assert "2026-12-31" not in str(found)
    assert "lasts until" in found[1].found


@pytest.mark.parametrize(
    ("seen", "level", "words"),
    [
        (Visit(trouble="Connection refused", refused=True), "problem", "Nobody answers"),
        (Visit(trouble="timed out"), "warning", "timed out"),
        (Visit(404, "", NOW + 60 * DAY), "problem", "Something else answers"),
        (Visit(401, 'Basic realm="shop"', NOW + 60 * DAY), "problem", "Something else answers"),
        (Visit(401, FINE.asks, NOW - DAY), "problem", "ended on"),
        (Visit(401, FINE.asks, NOW + 5 * DAY), "warning", "in 5 days"),
        (
            Visit(401, FINE.asks, NOW + 60 * DAY, "self-signed certificate"),
            "warning",
            "self-signed",
        ),
    ],
)
def test_the_address(
    ask: Ask, phones: list[Device], machine: Made, seen: Visit, level: str, words: str
) -> None:
    machine.visits = seen
    (bad,) = told(ask("provisioning"), level)
    assert words in bad.found
    assert bad.cause and bad.way_out


def test_a_phone_that_fetched_and_does_not_register(
    ask_live: Ask, phones: list[Device], tmp_path: Path
) -> None:
    well, silent, new, gone = phones[:4]
    fetched(tmp_path, well, silent)
    fetched(tmp_path, new, ago=60)
    fetched(tmp_path, gone, ago=5 * DAY)

    async def prepare(switch: SimulatedSwitch) -> None:
        switch.register(f"{well.lines[0][0]}@{well.lines[0][1]}")

    (bad,) = told(ask_live("provisioning", prepare=prepare), "warning")
    assert bad.found == f"1 phone ({silent.who} of {silent.tenant}) fetched and did not register."
    assert f"dialform doctor {silent.tenant}/{silent.lines[0][0]}" in bad.way_out


def test_a_phone_that_still_has_an_old_configuration(
    ask: Ask, phones: list[Device], host: Path, tmp_path: Path
) -> None:
    import os

    fetched(tmp_path, phones[0], ago=3 * DAY, revision="old")
    assert not told(ask("provisioning"), "warning"), "the night has not been yet"
    for path in host.glob("phones/tenants/*.json"):
        os.utime(path, (NOW - 2 * DAY, NOW - 2 * DAY))
    (bad,) = told(ask("provisioning"), "warning")
    assert phones[0].who in bad.found
    assert "resync" in bad.way_out


def test_what_is_not_there_is_not_looked_at(
    ask: Ask, phones: list[Device], host: Path, ground: Ground
) -> None:
    ground.state = None
    assert "unknown" in levels(ask("provisioning"))
    shutil.rmtree(host / "phones")
    (found,) = ask("provisioning")
    assert (found.level.word, "No phone" in found.found) == ("ok", True)
    ground.folders = None
    assert levels(ask("provisioning")) == {"unknown"}


# The visit itself


@contextmanager
def server(wrap: Callable[[Any], Any]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", f'Digest realm="dialform", path="{self.path}"')
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    found = HTTPServer(("127.0.0.1", 0), Handler)
    found.socket = wrap(found.socket)
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    try:
        yield found.server_port
    finally:
        found.shutdown()
        thread.join()
        found.server_close()


def test_a_visit_over_plain_http() -> None:
    with server(lambda one: one) as port:
        seen = visit(f"http://127.0.0.1:{port}/provision/auth/doctor")
    assert (seen.status, seen.ends, seen.untrusted) == (401, None, "")
    assert 'path="/provision/auth/doctor"' in seen.asks


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OPENSSL IS NOT HERE")
def test_a_certificate_that_is_not_trusted_is_seen_all_the_same(tmp_path: Path) -> None:
    cert, key = tmp_path / "c", tmp_path / "k"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
         "-days", "9", "-subj", "/CN=elsewhere"], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with server(lambda one: context.wrap_socket(one, server_side=True)) as port:
        seen = visit(f"https://127.0.0.1:{port}/x")
    assert seen.status == 401
    assert seen.untrusted
    assert seen.ends is not None


def test_a_visit_to_nobody() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    seen = visit(f"https://127.0.0.1:{port}/x")
    assert (seen.status, seen.refused) == (None, True)
    assert asyncio.run(asyncio.to_thread(visit, "https://nobody.invalid/x")).trouble
