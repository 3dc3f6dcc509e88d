"""Each attack, against the real server: what is unknown and what is forbidden is one answer."""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dialform.provisioning.gate import Places
from dialform.provisioning.limits import Rate, Rates
from dialform.provisioning.wire import Patience
from dialform.values import replace

from .conftest import Serve
from .release import ACME, OTHER, PHONES, Phone, release
from .serving import FREE, WAIT, Served, Turned, basic, rest, serving, until

MINE, YOURS = PHONES
SECRETS = [text for one in PHONES for text in (one.token, one.password, *one.row()["ha1"].values())]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[Served]:
    """For those who leave nothing behind."""
    folder = tmp_path_factory.mktemp("shared")
    with serving(release(folder / "pbx1"), folder / "state", certificate) as found:
        yield found


@pytest.fixture(scope="module")
def nothing(shared: Served) -> bytes:
    """What there is where there is nothing, to the byte."""
    reply = shared.ask("/provision/nothing/here.cfg")
    assert reply.status == 404
    return reply.raw


def test_a_whole_oui_gives_nothing(served: Served, nothing: bytes) -> None:
    for last in range(0x10):
        mac = f"805ec00000{last:02x}"
        shape = "/provision/{mac} /provision/{mac}.cfg /provision/{MAC}/{mac}.cfg /provision/{mac}/"
        for path in shape.format(mac=mac, MAC=mac.upper()).split():
            assert served.ask(path).raw == nothing, path
            assert (
                served.ask(path, headers={"User-Agent": f"Yealink SIP-T46S {mac}"}).raw == nothing
            )
    assert {line["outcome"] for line in served.lines} == {"refused"}


GUESSES = Rates(
    of_address=FREE.of_address, of_all=FREE.of_all, connections=FREE.connections,
    wrong_of_address=Rate(0.5, 20), wrong_of_all=Rate(50, 1000),
)  # fmt: skip


def test_guessing_tokens_is_limited_and_a_right_guess_comes_too_late(serve: Serve) -> None:
    clock = Turned()
    with serve(rates=GUESSES, clock=clock) as served:
        path = f"/provision/{MINE.token}/{MINE.name}"
        assert served.ask(path).status == 200
        found = [served.ask(f"/provision/guess{n}/{MINE.name}").status for n in range(30)]
        assert found == [404] * 20 + [429] * 10
        assert served.ask(f"/provision/{YOURS.token}/{YOURS.name}").status == 429
        assert served.ask(path).status == 200, "who fetched there before is no guess"
        clock.now += 2
        assert served.ask(f"/provision/{YOURS.token}/{YOURS.name}").status == 200


def test_guessing_passwords_is_limited_the_first_question_is_no_guess(serve: Serve) -> None:
    with serve(rates=GUESSES) as served:
        for _ in range(30):
            assert served.ask(f"/provision/auth/{MINE.name}").status == 401
        found = [
            served.ask(f"/provision/auth/{MINE.name}", headers=basic(MINE, f"guess{n}")).status
            for n in range(30)
        ]
        assert found == [401] * 20 + [429] * 10
        assert served.ask(f"/provision/auth/{MINE.name}", headers=basic(MINE)).status == 429


def test_what_phones_would_leave_here_is_no_guess(serve: Serve) -> None:
    with serve(rates=GUESSES) as served:
        for n in range(30):
            log = f"{MINE.mac}-app.log"
            for path in (
                f"/provision/{MINE.token}/{log}",
                f"/provision/auth/{log}",
                f"/provision/auth/{n}",
            ):
                assert served.ask(path, "PUT", {"Content-Length": "9"}).status == 404
        assert served.ask(f"/provision/{MINE.token}").status == 200
        assert {line.get("method") for line in served.lines} == {"PUT", None}


def test_guessing_from_many_addresses_is_limited_over_all(serve: Serve) -> None:
    rates = replace(GUESSES, wrong_of_all=Rate(1, 50))
    with serve(rates=rates, trusted_proxies=["127.0.0.0/8"]) as served:

        def from_(address: str, path: str) -> int:
            said = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
            return served.ask(path, headers=said).status

        right = f"/provision/{MINE.token}/{MINE.name}"
        assert from_("192.0.2.9", right) == 200
        found = [from_(f"2001:db8:{n:x}::1", "/provision/guess/x.cfg") for n in range(60)]
        assert found == [404] * 50 + [429] * 10
        assert from_("192.0.2.9", right) == 200, "phones go on"
        assert from_("192.0.2.10", right) == 200, "where they never were, too"
        assert from_("192.0.2.11", f"/provision/{MINE.name}") == 429


ODD = [
    "/provision/..%2f..%2fetc/passwd", "/provision/%2e%2e/%2e%2e/etc/passwd", "/provision/../phones/service.json",
    "/provision/TOKEN/../MINE", "/provision/TOKEN/..%2fOTHER%2fYOURS", "/provision/TOKEN/../OTHER/YOURS",
    "/provision/TOKEN/../../provision/OTHER/YOURS", "/provision/TOKEN/%00MINE", "/provision/TOKEN/MINE%00.txt",
    "/provision/TOKEN/MINE\x00", "/provision/TOKEN/\xff\xfe", "/provision/TOKEN/MINÉ",
    "/provision/TOKEN//etc/passwd", "//etc/passwd", "/etc/passwd", "/provision/TOKEN/..\\..\\etc",
    "\\provision\\TOKEN\\MINE", "/provision/TOKEN/%5c..%5cx", "/provision/TOKEN/..%252fMINE",
    "/provision/%54OKEN/MINE", "/provision/TOKEN/MIN%45", "http://x/provision/TOKEN/MINE", "*", "/", "/provision",
    "/provision/", "/provision/?TOKEN/MINE", "/Provision/TOKEN/MINE", "/provision;x/TOKEN/MINE",
    "/provision/TOKEN;x/MINE", "/provision/TOKEN/MINE/", "/provision/TOKEN/MINE/x", "/provision/TOKEN/.",
    "/provision/TOKEN/phones", "/provision/TOKEN/*", "/provision/TOKEN/" + "a" * 500, "/provision/" + "a" * 9000,
    "/provision/TOKEN/" + "../" * 100 + "etc/passwd", "/provision/auth/../TOKEN/x", "/provision/TOKEN/~root",
    "/healthz", "/metrics", "/provision/TOKEN/manifest.json", "/phones/tenants/acme.json", "/robots.txt",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_an_odd_path_is_nothing(shared: Served, nothing: bytes, text: str) -> None:
    path = text.replace("TOKEN", MINE.token).replace("MINE", MINE.name)
    path = path.replace("OTHER", OTHER).replace("YOURS", YOURS.name)
    if text.startswith("/provision/auth/"):
        assert shared.ask(path).status == 401
    elif text == "/provision/TOKEN/MINE/":  # a slash at the end says nothing
        assert shared.ask(path).status == 200
    else:
        assert shared.ask(path).raw == nothing


def test_a_request_without_an_end_is_nothing(shared: Served, nothing: bytes) -> None:
    assert shared.say(b"GET /provision/" + b"a" * 20000) == nothing
    endless = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20000
    assert shared.say(endless) == nothing


@pytest.mark.parametrize(
    "method",
    [
        "PUT",
        "POST",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "PATCH",
        "PROPFIND",
        "CONNECT",
        "SUBSCRIBE",
        "LOCK",
    ],
)
def test_another_method_is_nothing(shared: Served, nothing: bytes, method: str) -> None:
    path = f"/provision/{MINE.token}/{MINE.name}"
    assert shared.ask(path, method, {"Cookie": "traced"}).raw == nothing
    # Nothing of ten megabytes is sent: who waits for them would wait for ever.
    sent = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\nabc".encode()
    assert shared.say(sent) == nothing
    chunked = f"{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert shared.say(chunked) == nothing


SMUGGLED = b"GET /provision/%s/%s HTTP/1.1\r\nHost: x\r\n\r\n" % (
    MINE.token.encode(), MINE.name.encode(),
)  # fmt: skip
AMBIGUOUS = {
    "both lengths": b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, the other way": b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 60\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 60\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length with a plus": b"Content-Length: +5\r\n\r\n",
    "another coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two codings": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a folded header": b"X: a\r\n b: c\r\n\r\n",
    "a folded coding": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a bare line feed": b"X: a\nTransfer-Encoding: chunked\r\n\r\n",
    "a bare carriage return": b"X: a\rTransfer-Encoding: chunked\r\n\r\n",
    "NUL": b"X: a\0b\r\n\r\n",
    "two hosts": b"Host: y\r\n\r\n",
    "no name": b": a\r\n\r\n",
    "no colon": b"abc\r\n\r\n",
}


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_what_two_readers_could_read_in_two_ways_is_refused(shared: Served, what: str) -> None:
    said = b"POST /provision/x HTTP/1.1\r\nHost: x\r\n" + AMBIGUOUS[what] + SMUGGLED
    found = shared.say(said)
    assert found.startswith(b"HTTP/1.1 400 "), found
    assert b"\r\nConnection: close\r\n" in found
    assert found.count(b"HTTP/1.1") == 1
    assert MINE.token.encode() not in found


@pytest.mark.parametrize(
    "what", [b"Content-Length: 60\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
)
def test_what_follows_a_body_is_never_a_request(shared: Served, what: bytes) -> None:
    for method in (b"GET", b"POST"):
        target = b"/provision/x"
        found = shared.say(method + b" " + target + b" HTTP/1.1\r\nHost: x\r\n" + what + SMUGGLED)
        assert found.startswith(b"HTTP/1.1 404 ")
        assert found.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "line",
    [b"GET / HTTP/0.9", b"GET /", b"GET / HTTP/2.0", b"get / HTTP/1.1", b"GET  / HTTP/1.1", b"GET / x HTTP/1.1",
     b"GET\t/ HTTP/1.1", b"\x16\x03\x01", b"PRI * HTTP/2.0", b" GET / HTTP/1.1", b"GET / HTTP/1.1 "],
)  # fmt: skip
def test_another_protocol_is_refused(shared: Served, line: bytes) -> None:
    assert shared.say(line + b"\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_requests_one_after_the_other_are_answered_in_order(shared: Served) -> None:
    one = f"GET /provision/{MINE.token}/{MINE.name} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    two = f"HEAD /provision/{YOURS.token}/{YOURS.name} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    last = b"GET /provision/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    found = shared.say(one + two + one + last)
    assert [part[:3] for part in found.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"200", b"404"]
    assert found.count(MINE.contents[MINE.name].encode()) == 2


def test_a_phone_never_gets_anothers(served: Served, nothing: bytes) -> None:
    served.enrol(ACME)
    yours = [
        (f"/provision/{MINE.token}/{YOURS.name}", {}),
        (f"/provision/{MINE.token}/{OTHER}/{YOURS.name}", {}),
        (f"/provision/{YOURS.name}", basic(MINE)),
        (f"/provision/{OTHER}", basic(MINE)),
        (f"/provision/{OTHER}/{YOURS.name}", basic(MINE)),
        (f"/provision/{OTHER}/{MINE.name}", basic(MINE)),
        (f"/provision/auth/{YOURS.name}", basic(MINE)),
        (f"/provision/auth/{OTHER}/{YOURS.name}", basic(MINE)),
        (f"/provision/{OTHER}", {}),
        (f"/provision/{YOURS.name}", {}),
        (f"/provision/{ACME}/{YOURS.name}", {}),
        (f"/provision/{YOURS.name}", {"User-Agent": ACME}),
        (f"/provision/{OTHER}/{MINE.name}", {"User-Agent": ACME}),
    ]
    for path, headers in yours:
        found = served.ask(path, headers=headers)  # type: ignore[arg-type]
        assert found.raw == nothing, path
    assert served.ask(f"/provision/{ACME}").status == 200


def test_no_secret_is_in_a_log_or_a_metric(served: Served) -> None:
    token, name = MINE.token, MINE.name
    served.enrol(ACME)
    for path, headers in (
        (f"/provision/{token}/{name}", {}),
        (
            f"/provision/{token}/{name}?key=Qu3rySecret&t={token}",
            {"Referer": f"https://x/{token}/"},
        ),
        (f"/provision/{token}x/{name}", {}),
        (f"/provision/{token}/nothing", {}),
        (f"/provision/{name}?{YOURS.token}", {"User-Agent": f"Yealink {token} {YOURS.password}"}),
        (f"/provision/{name}", basic(MINE)),
        (f"/provision/{name}", basic(MINE, MINE.password + "x")),
        (f"/provision/auth/{token}", basic(MINE)),
        (f"/provision/{ACME}", {"Cookie": token, "X-Forwarded-For": token}),
        (f"/{token}\x00", {}),
    ):
        served.ask(path, headers=headers)  # type: ignore[arg-type]
    served.say(f"{token} {token} {token}\r\n\r\n".encode())
    seen = served.log.getvalue() + served.metrics()
    assert len(served.lines) == 11
    for secret in (*SECRETS, "Qu3rySecret", basic(MINE)["Authorization"].split()[1]):
        assert secret not in seen
        assert secret.lower() not in seen.lower()


def test_a_line_of_the_log_is_one_line_whatever_is_said(served: Served) -> None:
    served.ask("/provision/x", headers={"User-Agent": 'a"\t\\n{"event": "fetch"} \xff\xe2\x80\xa8'})
    (line,) = served.lines
    assert line["outcome"] == "refused"
    assert line["agent"].isprintable()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_is_of_version_1_2_at_least(shared: Served) -> None:
    for version, works in (
        (ssl.TLSVersion.TLSv1, False), (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True),
    ):  # fmt: skip
        context = shared.context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with shared.plain() as raw:
            try:
                with context.wrap_socket(raw, server_hostname="127.0.0.1") as one:
                    assert works, one.version()
                    assert one.version() == version.name.replace("_", ".")
            except (ssl.SSLError, ConnectionError):
                assert not works, version


def test_nobody_renegotiates_or_gets_an_answer_in_clear(shared: Served) -> None:
    with shared.plain() as raw:
        raw.sendall(f"GET /provision/{MINE.token}/{MINE.name} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        found = rest(raw)
    assert b"HTTP" not in found
    assert MINE.token.encode() not in found


LONG = Patience(handshake=60, head=60, idle=60, answer=60, end=0.3)
"""Each test below shortens what it is about: a slow machine is no slow client."""


def test_who_never_finishes_a_handshake_is_cut(serve: Serve) -> None:
    with serve(patience=replace(LONG, handshake=0.3)) as served, served.plain() as raw:
        raw.sendall(b"\x16\x03\x01")
        assert rest(raw) == b""


@pytest.mark.parametrize("said", [b"", b"GET /prov", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_who_never_finishes_a_request_is_cut(serve: Serve, said: bytes) -> None:
    with serve(patience=replace(LONG, head=0.3)) as served, served.connect() as one:
        with suppress(OSError):  # it may be over by then
            one.sendall(said)
        assert rest(one) == b""
        assert served.service.counts.dropped["slow"] == 1


def test_dripping_does_not_help(serve: Serve) -> None:
    endless = itertools.chain(b"GET / HTTP/1.1\r\nX: ", itertools.repeat(ord("a")))
    cut = pytest.raises((ConnectionError, ssl.SSLError))
    with serve(patience=replace(LONG, head=0.3)) as served, served.connect() as one, cut:
        for byte in endless:
            one.sendall(bytes([byte]))
            time.sleep(0.05)


@pytest.mark.parametrize("close", [True, False])
def test_who_does_not_take_an_answer_is_cut(tmp_path: Path, certificate: Path, close: bool) -> None:
    root = release(tmp_path / "pbx1", [Phone(ACME, files={"large": "x" * 7_500_000})])
    with serving(
        root, tmp_path / "state", certificate, patience=replace(LONG, answer=0.3)
    ) as served:
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(WAIT)
        raw.connect(("127.0.0.1", served.port))
        with served.context().wrap_socket(raw, server_hostname="127.0.0.1") as one:
            word = "close" if close else "keep-alive"
            head = f"GET /provision/{MINE.token} HTTP/1.1\r\nHost: x\r\nConnection: {word}\r\n\r\n"
            one.sendall(head.encode())
            until(lambda: served.service.counts.dropped["slow"] == 1)
            assert len(rest(one)) < 7_500_000
        assert served.service.counts.connections == 0


def test_who_has_no_more_to_ask_is_let_go(serve: Serve) -> None:
    with serve(patience=replace(LONG, idle=1)) as served, served.connect() as one:
        one.sendall(b"GET /provision/x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert rest(one).startswith(b"HTTP/1.1 404")


def test_a_flood_of_connections_keeps_nobody_out(serve: Serve) -> None:
    with serve(places=Places(all=8, of_address=1000)) as served:
        idle = [served.connect() for _ in range(4)] + [served.plain() for _ in range(30)]
        try:
            for _ in range(5):
                assert served.ask(f"/provision/{MINE.token}/{MINE.name}").status == 200
            assert served.service.counts.dropped["full"] >= 26
            assert served.service.counts.connections <= 8
        finally:
            for one in idle:
                one.close()


def test_one_address_has_some_places_and_no_more(serve: Serve) -> None:
    with serve(places=Places(all=100, of_address=3)) as served:
        held = [served.connect() for _ in range(3)]
        with served.plain() as fourth:
            assert rest(fourth) == b""
        for one in held:
            one.close()
        assert served.service.counts.dropped["address"] == 1
