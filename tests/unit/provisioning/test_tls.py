"""Certificates: renewed while it runs, and those that vendors give their phones."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from dialform.provisioning import gate
from dialform.provisioning.errors import ListenError
from dialform.provisioning.settings import settings_of
from dialform.provisioning.tls import Tls, mac_of
from dialform.provisioning.wire import Patience

from .conftest import EC, Serve, make_certificate
from .release import ACME, OTHER, PHONES, release
from .serving import Served, serving, until

MINE, YOURS = PHONES


def authority(folder: Path, name: str) -> Path:
    """A certificate that signs others, and its key beside (`.key`)."""
    made = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", *EC, "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", str(made.with_suffix(".key")), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


def signed(by: Path, name: str, subject: str, *, days: str = "2") -> Path:
    """A phone's certificate with its key, in one file."""
    folder = by.parent
    key, request, made = (folder / f"{name}{end}" for end in (".key", ".csr", ".pem"))
    subprocess.run(
        ["openssl", "req", *EC, "-nodes", "-subj", subject, "-keyout", str(key), "-out", str(request)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "x509", "-req", "-in", str(request), "-CA", str(by), "-CAkey", str(by.with_suffix(".key")),
         "-CAcreateserial", "-days", days, "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_text(made.read_text() + key.read_text())
    return made


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> dict[str, Path]:
    """Two vendors' authorities, a stranger's, and phones of each."""
    folder = tmp_path_factory.mktemp("pki")
    found = {name: authority(folder, name) for name in ("yealink", "snom", "stranger")}
    found["mine"] = signed(found["yealink"], "mine", f"/O=Yealink/CN={ACME.upper()}")
    found["yours"] = signed(found["yealink"], "yours", "/O=Yealink/CN=80:5e:c0:00:00:02")
    found["by snom"] = signed(found["snom"], "bysnom", f"/CN={ACME}")
    found["by stranger"] = signed(found["stranger"], "bystranger", f"/CN={ACME}")
    found["no mac"] = signed(found["yealink"], "nomac", "/CN=support")
    found["two macs"] = signed(found["yealink"], "twomacs", f"/CN={ACME} {OTHER}")
    return found


@pytest.fixture
def vendors(serve: Serve, pki: dict[str, Path]) -> object:
    with serve(
        device_certificates={"yealink": str(pki["yealink"]), "snom": str(pki["snom"])}
    ) as served:
        yield served


def test_by_its_vendors_certificate_a_phone_gets_its_files(
    vendors: Served, pki: dict[str, Path]
) -> None:
    for path in (MINE.name, ACME, f"{ACME}/{MINE.name}", ACME.upper()):
        found = vendors.ask(f"/provision/{path}", certificate=pki["mine"])
        assert (found.status, found.body) == (200, MINE.contents[MINE.name].encode())
    assert vendors.lines[-1]["by"] == "certificate"
    for path in (YOURS.name, OTHER, f"{OTHER}/{YOURS.name}"):
        assert vendors.ask(f"/provision/{path}", certificate=pki["mine"]).status == 404
        assert vendors.ask(f"/provision/{path}", certificate=pki["yours"]).status == 200
    assert vendors.ask(f"/provision/auth/{MINE.name}", certificate=pki["mine"]).status == 401


@pytest.mark.parametrize("whose", ["by snom", "no mac", "two macs"])
def test_another_vendors_word_or_no_clear_one_is_none(
    vendors: Served, pki: dict[str, Path], whose: str
) -> None:
    assert vendors.ask(f"/provision/{MINE.name}", certificate=pki[whose]).status == 404
    assert vendors.ask(f"/provision/{MINE.token}", certificate=pki[whose]).status == 200


def test_without_a_certificate_all_else_goes_on(vendors: Served) -> None:
    assert vendors.ask(f"/provision/{MINE.token}").status == 200
    assert vendors.ask(f"/provision/{MINE.name}").status == 404


def test_a_strangers_certificate_counts_for_nothing_and_keeps_nobody_out(
    vendors: Served, pki: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(path: str) -> int:
        try:
            return vendors.ask(path, certificate=pki["by stranger"]).status
        except (ssl.SSLError, ConnectionError):
            return 0

    noted = []
    spare = gate.Gate.spare
    monkeypatch.setattr(
        gate.Gate, "spare", lambda self, network: (spare(self, network), noted.append(network))[0]
    )
    with monkeypatch.context() as patch:
        patch.setattr(gate, "SPARED_FOR", 0.0)
        for tries in range(2):
            assert ask(f"/provision/{MINE.name}") == 0, "it is asked for, and cannot be checked"
            # The phone may see the end of the connection before the service has noted whose it was.
            deadline = time.monotonic() + 30
            while len(noted) <= tries and time.monotonic() < deadline:
                time.sleep(0.01)
        assert len(noted) == 2
    assert ask(f"/provision/{MINE.name}") == 0, "that was over at once"
    # Such a phone tries again, and is not asked any more: its token is good all the same.
    assert ask(f"/provision/{MINE.token}") == 200
    assert ask(f"/provision/{MINE.name}") == 404
    # Nor are others there, for a while: behind one address there may be phones of several vendors.
    assert vendors.ask(f"/provision/{MINE.name}", certificate=pki["mine"]).status == 404


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_that_goes_on_is_still_the_phones(
    vendors: Served, pki: dict[str, Path], version: ssl.TLSVersion
) -> None:
    context = vendors.context(pki["mine"])
    context.minimum_version = context.maximum_version = version
    session, reused = None, []
    for _ in range(3):
        raw = socket.create_connection(("127.0.0.1", vendors.port), 60)
        with context.wrap_socket(raw, server_hostname="127.0.0.1", session=session) as one:
            one.sendall(f"GET /provision/{MINE.name} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert one.recv(4096).startswith(b"HTTP/1.1 200 ")
            session = one.session
            reused.append(one.session_reused)
    assert reused == [False, True, True]


def test_a_certificate_that_is_renewed_counts_for_new_connections(
    root: Path, tmp_path: Path, certificate: Path
) -> None:
    used = tmp_path / "used.pem"
    used.write_bytes(certificate.read_bytes())
    with serving(root, tmp_path / "state", used, patience=Patience(head=600)) as served:
        old = served.connect()
        assert served.ask(f"/provision/{MINE.token}").status == 200
        used.write_text("half of a")
        until(lambda: any(line["event"] == "certificate" for line in served.lines))
        served.authority = certificate
        assert served.ask(f"/provision/{MINE.token}").status == 200, "the one before goes on"
        new = make_certificate(tmp_path, "renewed")
        new.replace(used)

        def renewed() -> bool:
            served.authority = used
            try:
                return served.ask(f"/provision/{MINE.token}").status == 200
            except ssl.SSLError:
                return False

        until(renewed)
        old.sendall(f"GET /provision/{MINE.token} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert old.recv(4096).startswith(b"HTTP/1.1 200 ")
        old.close()
    said = [line for line in served.lines if line["event"] == "certificate"]
    assert len(said) == 1
    assert "the certificate before goes on being used" in said[0]["trouble"]


def test_a_certificate_of_another_kind_of_key_leaves_nothing_of_the_old(
    tmp_path: Path, certificate: Path
) -> None:
    used = tmp_path / "used.pem"
    used.write_bytes(certificate.read_bytes())
    tls = Tls(lambda: settings_of({"certificate": str(used), "key": str(used)}))
    before = tls.silent
    assert not tls.refresh()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=rsa", "-keyout", str(tmp_path / "k"), "-out", str(tmp_path / "c")],
        check=True, capture_output=True,
    )  # fmt: skip
    used.write_text((tmp_path / "c").read_text() + (tmp_path / "k").read_text())
    assert tls.refresh()
    assert tls.silent is not before


def test_what_cannot_be_used_is_a_sentence(tmp_path: Path, certificate: Path) -> None:
    for said in (
        {"certificate": str(tmp_path / "none"), "key": str(certificate)},
        {"certificate": str(certificate), "key": str(make_certificate(tmp_path, "other"))},
        {"certificate": __file__},
        {"certificate": str(certificate), "device_certificates": {"snom": __file__}},
        {"certificate": str(certificate), "device_certificates": {"snom": str(tmp_path / "none")}},
    ):
        with pytest.raises(ListenError) as found:
            Tls(lambda said=said: settings_of(said))  # type: ignore[misc]
        assert "\n" not in str(found.value)


def subject(*names: tuple[str, str]) -> dict[str, object]:
    return {"subject": tuple((one,) for one in names)}


@pytest.mark.parametrize(
    ("certificate_", "mac"),
    [
        (subject(("commonName", "805EC0000001")), ACME),
        (subject(("commonName", "80-5E-C0-00-00-01")), ACME),
        (subject(("commonName", "CP-8841-SEP805EC0000001")), ACME),
        (subject(("commonName", "snomD785-805ec0000001.example")), ACME),
        (subject(("organizationName", "805EC0000002"), ("commonName", ACME)), ACME),
        (subject(("commonName", "phone"), ("serialNumber", "PID:8841 SN:805EC0000001")), ACME),
        (subject(("commonName", "805EC000000112")), ""),
        (subject(("commonName", f"{ACME} {OTHER}")), ""),
        (subject(("organizationName", ACME)), ""),
        ({}, ""),
    ],
)
def test_the_mac_of_a_certificate_is_the_one_in_its_name(
    certificate_: dict[str, object], mac: str
) -> None:
    assert mac_of(certificate_) == mac


def test_a_phone_of_the_release_alone_is_let_in(
    tmp_path: Path, certificate: Path, pki: dict[str, Path]
) -> None:
    root = release(tmp_path / "pbx1", [YOURS])
    said = {"device_certificates": {"yealink": str(pki["yealink"])}}
    with serving(root, tmp_path / "state", certificate, **said) as served:
        assert served.ask(f"/provision/{MINE.name}", certificate=pki["mine"]).status == 404


def test_no_context_speaks_less_than_tls_1_2(certificate: Path, pki: dict[str, Path]) -> None:
    """Whatever this machine's OpenSSL allows beside."""
    said = {
        "certificate": str(certificate),
        "device_certificates": {"yealink": str(pki["yealink"])},
    }
    tls = Tls(lambda: settings_of(said))
    assert tls.asking
    for context in (tls.silent, tls.asking):
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert context.options & ssl.OP_NO_RENEGOTIATION
        assert context.options & ssl.OP_NO_COMPRESSION
