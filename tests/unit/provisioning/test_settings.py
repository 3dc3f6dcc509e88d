"""What the service is told, and who is believed."""

from __future__ import annotations

import io
import json
import socket
from pathlib import Path

import pytest

from dialform.provisioning.addresses import client_of
from dialform.provisioning.counts import Counts
from dialform.provisioning.errors import ListenError, SettingsError, StateError
from dialform.provisioning.fetches import Fetch, Fetches, last_fetches
from dialform.provisioning.gate import Gate
from dialform.provisioning.limits import Limits
from dialform.provisioning.log import Lines, clean
from dialform.provisioning.routes import NOTHING, Asked, asked, macs_in
from dialform.provisioning.settings import Settings, read_settings, settings_of
from dialform.provisioning.state import State

from .conftest import Serve
from .release import ACME, OTHER, PHONES, release
from .serving import NOW, Served, Turned, rest, serving

MINE = PHONES[0]


def test_where_it_listens_by_what_it_has() -> None:
    plain = settings_of({"base_url": "https://pbx.example.com/provision/"})
    assert (plain.listen, plain.port, plain.tls) == ("127.0.0.1", 8085, False)
    own = settings_of(
        {"base_url": "https://pbx.example.com:8443/p/", "certificate": "/c", "key": "/k"}
    )
    assert (own.listen, own.port, own.tls) == ("::", 8443, True)
    assert settings_of({"base_url": "https://pbx.example.com/", "certificate": "/c"}).port == 443
    said = settings_of({"certificate": "/c", "listen": "192.0.2.1", "port": 99})
    assert (said.listen, said.port) == ("192.0.2.1", 99)


@pytest.mark.parametrize(
    ("base", "prefixes"),
    [("https://x/provision/", ("/provision/",)), ("https://x/a/b", ("/provision/", "/a/b/")),
     ("https://x", ("/provision/", "/")), ("https://x/", ("/provision/", "/")), ("", ("/provision/",))],
)  # fmt: skip
def test_prefixes_are_the_addresss_and_the_usual_one(base: str, prefixes: tuple[str, ...]) -> None:
    assert settings_of({"base_url": base}).prefixes == prefixes


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"listen": "0.0.0.0"}, "plain HTTP would be served on 0.0.0.0"), ({"listen": "::"}, "plain HTTP"),
        ({"listen": "pbx.example.com"}, "plain HTTP"), ({"key": "/k"}, "no certificate"),
        ({"trusted_proxies": ["x"]}, "'x' is no address"),
    ],
)  # fmt: skip
def test_secrets_never_go_in_clear_to_anybody(said: dict[str, object], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        settings_of(said)


def test_settings_that_are_missing_or_broken_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="base_url"):
        read_settings(tmp_path)
    root = release(tmp_path / "pbx1")
    assert read_settings(root, port=7, listen=None).port == 7
    for text in ("{", "[]", "\xff"):
        (root / "phones" / "service.json").write_text(text)
        with pytest.raises(SettingsError, match="compile anew"):
            read_settings(root)


BEHIND = settings_of({"base_url": "https://x/", "trusted_proxies": ["10.0.0.0/8", "2001:db8::/32"]})


@pytest.mark.parametrize(
    ("peer", "headers", "found"),
    [
        ("192.0.2.1", {"x-forwarded-for": "1.1.1.1", "x-forwarded-proto": "https"}, ("192.0.2.1", False, False)),
        ("127.0.0.1", {"x-forwarded-for": "1.1.1.1"}, ("127.0.0.1", False, False)),
        ("10.0.0.1", {}, ("10.0.0.1", False, False)),
        ("10.0.0.1", {"x-forwarded-for": "1.1.1.1", "x-forwarded-proto": "https"}, ("1.1.1.1", True, False)),
        ("10.0.0.1", {"x-forwarded-for": "1.1.1.1", "x-forwarded-proto": "http"}, ("1.1.1.1", False, True)),
        ("10.0.0.1", {"x-forwarded-for": "6.6.6.6, 1.1.1.1, 10.9.9.9"}, ("1.1.1.1", False, False)),
        ("10.0.0.1", {"x-forwarded-for": "6.6.6.6, rubbish, 10.9.9.9"}, ("10.9.9.9", False, False)),
        ("10.0.0.1", {"x-forwarded-for": "[2001:db9::1]:443"}, ("2001:db9::1", False, False)),
        ("10.0.0.1", {"x-forwarded-for": "1.1.1.1:80"}, ("1.1.1.1", False, False)),
        ("10.0.0.1", {"x-forwarded-for": ", ,"}, ("10.0.0.1", False, False)),
        ("10.0.0.1", {"x-forwarded-proto": "https, http"}, ("10.0.0.1", False, True)),
        ("::ffff:10.0.0.1", {"x-forwarded-for": "1.1.1.1"}, ("1.1.1.1", False, False)),
        ("nothing", {"x-forwarded-for": "1.1.1.1"}, ("unknown", False, False)),
    ],
)  # fmt: skip
def test_a_proxy_of_ours_is_believed_and_nobody_else(
    peer: str, headers: dict[str, str], found: tuple[str, bool, bool]
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    client = client_of(peer, False, raw, BEHIND)
    assert (client.address, client.tls, client.plain) == found


@pytest.mark.parametrize(
    ("peer", "why"), [("127.0.0.1", ""), ("::1", ""), ("10.1.2.3", ""), ("::ffff:10.1.2.3", ""),
                      ("192.0.2.1", "plain"), ("::ffff:192.0.2.1", "plain"), ("", "plain")],
)  # fmt: skip
def test_plain_http_is_for_this_host_and_proxies_alone(peer: str, why: str) -> None:
    class Door:
        network = ""

    gate = Gate(lambda: BEHIND, None, Counts(), Limits(Turned()))
    assert gate.enter(Door(), peer) == why  # type: ignore[arg-type]


def test_what_a_proxy_got_in_clear_is_refused(root: Path, tmp_path: Path) -> None:
    said = {"trusted_proxies": ["127.0.0.1"]}
    path = f"/provision/{MINE.token}"
    with serving(root, tmp_path / "state", None, **said) as served:
        assert served.ask(path, headers={"X-Forwarded-Proto": "https"}).status == 200
        assert served.ask(path, headers={"X-Forwarded-Proto": "http"}).status == 404
        assert served.ask(path, headers={"X-Forwarded-For": "192.0.2.7"}).status == 200
        assert served.lines[-1]["address"] == "192.0.2.7"
    said["base_url"] = "http://pbx.example.com/provision/"  # type: ignore[assignment]
    with serving(root, tmp_path / "state", None, **said) as served:
        assert served.ask(path, headers={"X-Forwarded-Proto": "http"}).status == 200


def test_metrics_are_for_this_host(serve: Serve, root: Path) -> None:
    import asyncio

    from dialform.provisioning.server import running

    with serve() as served:
        assert "dialform_phones_known 2.0" in served.metrics()
        assert "dialform_phones_windows 0.0" in served.metrics()
        served.enrol(ACME)
        assert "dialform_phones_windows 1.0" in served.metrics()

        async def elsewhere() -> None:
            async with running(served.service, monitor=("0.0.0.0", 0)):
                pass

        with pytest.raises(ListenError, match="this host's own"):
            asyncio.run(elsewhere())


def test_a_place_that_is_taken_is_a_sentence(served: Served) -> None:
    from dialform.provisioning.server import bound

    with pytest.raises(ListenError, match="another program may be there"):
        bound("127.0.0.1", served.port)


PREFIXES = ("/provision/", "/")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (b"/provision/Tok3n/X.cfg", Asked("Tok3n", "", "x.cfg", "tok3n/x.cfg")),
        (b"/provision/Tok3n", Asked("Tok3n", "", "", "tok3n")),
        (b"/provision/Tok3n//x.cfg/", Asked("Tok3n", "", "x.cfg", "tok3n/x.cfg")),
        (b"/provision/805EC0000001.cfg", Asked("805EC0000001.cfg", "", "", "805ec0000001.cfg")),
        (b"/805EC0000001", Asked("", ACME, "", "")),
        (b"/80:5e:c0:00:00:01/A.cfg", Asked("", ACME, "a.cfg", "a.cfg")),
        (b"/provision/auth/A.cfg", Asked(name="a.cfg", auth=True)),
        (b"/provision/auth", Asked(auth=True)),
        (b"", NOTHING), (b"*", NOTHING), (b"/%41", NOTHING), (b"/a b", NOTHING), (b"/" + b"a" * 600, NOTHING),
    ],
)  # fmt: skip
def test_what_a_path_asks_for(path: bytes, found: Asked) -> None:
    assert asked(path, PREFIXES) == found


def test_macs_in_a_text_are_found_and_not_many() -> None:
    assert list(macs_in(f"spa{ACME}.xml"))[0:2] == ["a805ec000000", ACME]
    assert list(macs_in("Yealink SIP-T46S 66.85.0.5 80:5E:C0:00:00:01")) == [ACME]
    assert list(macs_in("80-5e-c0-00-00-02 x")) == [OTHER]
    assert list(macs_in("T46S")) == []
    assert len(list(macs_in("a" * 500))) == 8


def test_fetches_are_one_row_a_phone(tmp_path: Path) -> None:
    assert last_fetches(tmp_path) == {}
    (tmp_path / "fetches.db").write_bytes(b"")
    assert last_fetches(tmp_path) == {}, "it is being made"
    fetches = Fetches(tmp_path)
    for n in range(5):
        fetches.note(Fetch(ACME, NOW + n, f"{n}.cfg", "r1", "192.0.2.1", "agent"))
    fetches.note(Fetch(OTHER, NOW, "x.cfg", "r2", "192.0.2.2", "agent"))
    assert fetches.flush() == 2
    assert fetches.flush() == 0
    fetches.note(Fetch(ACME, NOW + 9, "9.cfg", "r3", "192.0.2.1", "agent"))
    fetches.flush()
    found = last_fetches(tmp_path)
    assert found[ACME] == Fetch(ACME, NOW + 9, "9.cfg", "r3", "192.0.2.1", "agent", 6)
    assert found[OTHER].count == 1


def test_fetches_that_cannot_be_written_wait(tmp_path: Path) -> None:
    (tmp_path / "fetches.db").mkdir()
    fetches = Fetches(tmp_path)
    for n in range(100):
        fetches.note(Fetch(ACME, NOW + n, "a.cfg", "r1", "192.0.2.1", "agent"))
        with pytest.raises(StateError, match="fetches wait"):
            fetches.flush()
    (tmp_path / "fetches.db").rmdir()
    assert fetches.flush() == 1
    assert last_fetches(tmp_path)[ACME].count == 100
    (tmp_path / "fetches.db").write_text("no database")
    with pytest.raises(StateError, match="look as root"):
        last_fetches(tmp_path)


def test_a_state_folder_keeps_its_key_and_keeps_it_to_itself(tmp_path: Path) -> None:
    one, two = State(tmp_path / "state"), State(tmp_path / "state")
    assert one.nonce_key == two.nonce_key
    assert len(one.nonce_key) == 32
    assert oct((tmp_path / "state").stat().st_mode & 0o777) == "0o700"
    key = tmp_path / "state" / "nonce.key"
    assert oct(key.stat().st_mode & 0o777) == "0o600"
    key.write_bytes(b"cut off")
    assert len(State(tmp_path / "state").nonce_key) == 32
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="--state"):
        State(tmp_path / "file")


def test_what_somebody_says_of_itself_is_cleaned() -> None:
    assert (
        clean("Yealink SIP-T46S 66.85.0.5 80:5e:c0:00:00:01")
        == "Yealink SIP-T46S 66.85.0.5 80:5e:c0:00:00:01"
    )
    assert clean("a\r\nb\x1b[0m\xff") == "a b [0m"
    assert clean(f"x {MINE.token} y") == "x ... y"
    assert len(clean("a b " * 1000)) <= 200


def test_a_log_that_nobody_reads_any_more_stops_nothing() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.fetch(NOW, {"outcome": "fetched"})
    assert json.loads(stream.getvalue()) == {
        "at": "2027-01-15T08:00:00.000+00:00", "event": "fetch", "level": "info", "outcome": "fetched",
    }  # fmt: skip
    fields = {"outcome": "refused", "status": 404, "address": "192.0.2.1", "agent": '"'}
    lines.fetch(NOW, fields)
    last = stream.getvalue().splitlines()[-1]
    start = '{"at": "2027-01-15T08:00:00.000+00:00", "outcome": "refused", "status": 404, "address": "192.0.2.1", '
    assert last.startswith(start), (
        "filters of fail2ban read what stands before a stranger's own words"
    )
    stream.close()
    lines.fetch(NOW, {"outcome": "fetched"})


def test_the_service_ends_while_somebody_is_connected(serve: Serve) -> None:
    with serve() as served:
        idle, early = served.connect(), served.plain()
    assert rest(idle) == b""
    assert rest(early) == b""
    assert Settings().prefixes == ("/provision/",)


@pytest.mark.parametrize("listen", ["::", "::1"])
def test_an_address_is_the_same_however_it_comes(
    root: Path, tmp_path: Path, certificate: Path, listen: str
) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("NO IPv6 HERE")
    with serving(root, tmp_path / "state", certificate, listen=listen) as served:
        served.host = "::1"
        found = served.ask(f"/provision/{MINE.token}")
        assert (found.status, served.lines[-1]["address"]) == (200, "::1")
        served.say(b"x\r\n\r\n")
        assert served.lines[-1]["address"] == "::1"
        if listen == "::":
            served.host = "127.0.0.1"
            served.ask(f"/provision/{MINE.token}")
            served.say(b"x\r\n\r\n")
            assert [line["address"] for line in served.lines[-2:]] == ["127.0.0.1"] * 2
