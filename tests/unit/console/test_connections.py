"""Who asks slowly, sends too much, or comes over TLS."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dialform.console import connections
from dialform.console.connections import Certificate
from dialform.console.errors import SettingsError
from dialform.console.frame import endpoint
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Page
from dialform.console.server import running
from dialform.console.settings import Settings, settings_of

from .stage import Browser, Stage


def on_loopback(stage: Stage) -> None:
    stage.ground.settings = settings_of(None, listen=("127.0.0.1", 0))


def test_a_connection_that_asks_nothing_is_let_go(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.2)
    on_loopback(stage)

    async def wait() -> bytes:
        async with running(stage.ground, stage.door, works=()) as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ")
            return await asyncio.wait_for(reader.read(), 30)

    assert asyncio.run(wait()) == b""


def test_a_fault_is_told_by_its_place_and_never_by_its_words(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Its words may be a password. The answer has the headers of all others."""
    on_loopback(stage)
    told: list[dict[str, object]] = []

    async def fail(_: object) -> None:
        raise ValueError("hunter2")

    async def ask() -> bytes:
        async with running(stage.ground, stage.door, works=()) as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            return await asyncio.wait_for(reader.read(), 30)

    stage.door.enter = fail  # type: ignore[method-assign, assignment]
    stage.ground.say = lambda event, *_, **more: told.append({"event": event, **more})
    answer = asyncio.run(ask())
    assert answer.startswith(b"HTTP/1.1 500")
    assert b"content-security-policy" in answer and b"no-store" in answer
    assert b"hunter2" not in answer and "hunter2" not in caplog.text and not caplog.records
    assert [one["kind"] for one in told if one["event"] == "fault"] == ["ValueError"]
    assert "hunter2" not in str(told)


def test_one_that_asks_is_kept_for_the_next_question(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.2)
    on_loopback(stage)

    async def ask() -> list[bytes]:
        async with running(stage.ground, stage.door, works=()) as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            lines = []
            for _ in range(2):
                writer.write(b"GET /static/app.css HTTP/1.1\r\nhost: x\r\n\r\n")
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
                lines.append(head.splitlines()[0])
                length = next(
                    int(line.split(b":")[1])
                    for line in head.splitlines()
                    if b"content-length" in line
                )
                await reader.readexactly(length)
                await asyncio.sleep(0.4)
            return lines

    assert asyncio.run(ask()) == [b"HTTP/1.1 200 OK"] * 2


def test_a_body_without_a_length_is_counted_as_it_comes(stage: Stage) -> None:
    async def saved(context: Context) -> Response:
        return PlainTextResponse("saved")

    page = Page("/x", saved, ANYBODY, methods=("POST",), largest=1024 * 1024)
    app = Starlette(
        routes=[Route("/x", endpoint(page, stage.ground, stage.door), methods=["POST"])]
    )

    async def pieces(many: int) -> AsyncIterator[bytes]:
        yield b"csrf=the-token"
        for _ in range(many):
            yield b"&x=" + b"y" * 65536

    async def send(many: int) -> int:
        async with Browser(app, "acme/alice") as alice:
            kind = {"content-type": "application/x-www-form-urlencoded"}
            return (
                await alice.request("POST", "/x", content=pieces(many), headers=kind)
            ).status_code

    assert asyncio.run(send(15)) == 200
    assert asyncio.run(send(16)) == 413


def pair(folder: Path, name: str) -> Settings:
    """A certificate for a name, in the same files each time."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(9)).sign(key, hashes.SHA256())
    )  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Settings("https://127.0.0.1/", "127.0.0.1", 0, folder / "cert.pem", folder / "key.pem")


async def name_of(host: str, port: int) -> str:
    """The name in the certificate that a server shows."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    parsed = x509.load_der_x509_certificate(shown)
    return str(parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def test_over_tls_with_a_certificate_that_is_renewed_while_it_runs(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialform.console import server

    monkeypatch.setattr(server, "LOOK", 0.02)
    stage.ground.settings = pair(tmp_path / "tls", "one")

    async def look() -> None:
        async with running(stage.ground, stage.door, works=()) as (host, port):
            assert await name_of(host, port) == "one"
            pair(tmp_path / "tls", "two")
            async with asyncio.timeout(60):
                while await name_of(host, port) != "two":
                    await asyncio.sleep(0.05)

    asyncio.run(look())


def test_half_of_a_renewed_pair_changes_nothing_and_is_told(tmp_path: Path) -> None:
    settings = pair(tmp_path / "tls", "one")
    certificate = Certificate(settings)
    kept = (tmp_path / "tls/key.pem").read_bytes()
    pair(tmp_path / "tls", "two")
    (tmp_path / "tls/key.pem").write_bytes(kept)
    assert "the old one goes on" in certificate.refresh()
    pair(tmp_path / "tls", "three")
    assert certificate.refresh() == ""


def test_a_certificate_that_is_none_ends_the_start(tmp_path: Path) -> None:
    settings = pair(tmp_path / "tls", "one")
    (tmp_path / "tls/cert.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match="cannot be used"):
        Certificate(settings)
