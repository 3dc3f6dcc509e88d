"""What a phone gets, by each way in."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest

from dialform.provisioning import auth
from dialform.provisioning.counts import OUTCOMES
from dialform.provisioning.fetches import last_fetches
from dialform.renderers.phones import index as compiled

from .conftest import Serve
from .release import ACME, PHONES, Phone
from .serving import Served, basic, until

MINE, YOURS = PHONES


def test_by_its_token_a_phone_gets_its_file_under_any_of_its_spellings(served: Served) -> None:
    for path in (MINE.name, MINE.name.upper(), f"/{MINE.name}", ""):
        reply = served.ask(f"/provision/{MINE.token}/{path}")
        assert (reply.status, reply.body) == (200, MINE.contents[MINE.name].encode())
    assert served.ask(f"/provision/{MINE.token}").status == 200
    assert ("content-type", "text/plain; charset=utf-8") in reply.headers
    assert ("cache-control", "no-store") in reply.headers
    assert not {"server", "date"} & {name for name, _ in reply.headers}


def test_a_token_is_no_other_token_in_other_letters(served: Served) -> None:
    assert served.ask(f"/provision/{MINE.token.swapcase()}/{MINE.name}").status == 404


def test_a_head_is_told_what_a_get_would_be(served: Served) -> None:
    path = f"/provision/{MINE.token}/{MINE.name}"
    got, told = served.ask(path), served.ask(path, "HEAD")
    assert (told.status, told.body, told.headers) == (200, b"", got.headers)


def test_what_a_phone_has_is_not_sent_again(served: Served) -> None:
    path = f"/provision/{MINE.token}/{MINE.name}"
    etag = dict(served.ask(path).headers)["etag"]
    again = served.ask(path, headers={"If-None-Match": etag})
    assert (again.status, again.body) == (304, b"")
    assert served.ask(path, headers={"If-None-Match": '"other"'}).status == 200


def test_by_basic_that_comes_along_a_phone_gets_its_file(served: Served) -> None:
    for path in (
        MINE.name,
        ACME,
        f"{ACME}/{MINE.name}",
        "80-5E-C0-00-00-01",
        f"auth/{MINE.name}",
        "auth",
    ):
        assert served.ask(f"/provision/{path}", headers=basic(MINE)).status == 200, path
    wrong = basic(MINE, "no")
    assert served.ask(f"/provision/{MINE.name}", headers=wrong).status == 404
    assert served.ask(f"/provision/auth/{MINE.name}", headers=wrong).status == 401


@pytest.mark.parametrize("scheme", ["--basic", "--digest", "--anyauth"])
def test_curl_logs_in(served: Served, scheme: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("NO curl HERE")
    url = f"https://127.0.0.1:{served.port}/provision/auth/{MINE.name}"
    for password, expected in ((MINE.password, "200"), ("wrong", "401")):
        done = subprocess.run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(served.authority), scheme,
             "-u", f"{MINE.mac}:{password}", url],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout == expected


def digest(
    phone: Phone, path: str, nonce: str, count: int = 1, name: str = "SHA-256", **said: str
) -> str:
    """RFC 7616, section 3.4, worked out here once more."""
    make = hashlib.sha256 if name == "SHA-256" else hashlib.md5

    def hashed(text: str) -> str:
        return make(text.encode()).hexdigest()

    parts = {"realm": "dialform", "username": phone.mac, "uri": path, "qop": "auth", "cnonce": "abc",
             "nc": f"{count:08x}", "nonce": nonce, "algorithm": name, **said}  # fmt: skip
    one = hashed(f"{parts['username']}:{parts['realm']}:{phone.password}")
    two = hashed(f"GET:{parts['uri']}")
    answer = hashed(f"{one}:{nonce}:{parts['nc']}:{parts['cnonce']}:{parts['qop']}:{two}")
    shown = ", ".join(f'{key}="{value}"' for key, value in parts.items())
    return f'Digest {shown}, response="{said.get("response", answer)}"'


def nonce_of(served: Served, path: str) -> str:
    said = [value for name, value in served.ask(path).headers if name == "www-authenticate"]
    return auth.parameters(said[0].removeprefix("Digest ").encode())["nonce"]


@pytest.mark.parametrize("name", ["MD5", "SHA-256"])
def test_by_digest_a_phone_gets_its_file_and_nothing_twice(served: Served, name: str) -> None:
    path = f"/provision/auth/{MINE.name}"
    nonce = nonce_of(served, path)

    def tried(**said: object) -> int:
        header = digest(MINE, path, nonce, **{"name": name, **said})  # type: ignore[arg-type]
        return served.ask(path, headers={"Authorization": header}).status

    assert tried() == 200
    assert tried() == 401, "the same count again"
    assert tried(count=2) == 200
    assert tried(count=1) == 401
    for wrong in (
        {"uri": "/provision/auth/other"}, {"realm": "else"}, {"qop": "auth-int"}, {"nc": "x"},
        {"response": "0" * 64}, {"username": "80:5e:c0:00:00:01"}, {"algorithm": "SHA-512"}, {"username": ""},
    ):  # fmt: skip
        assert tried(count=9, **wrong) == 401, wrong
    assert tried(count=9) == 200


def test_an_old_nonce_is_stale_and_one_that_is_made_up_is_wrong(served: Served) -> None:
    path = f"/provision/auth/{MINE.name}"
    nonce = nonce_of(served, path)
    served.clock.now += 3600
    old = served.ask(path, headers={"Authorization": digest(MINE, path, nonce)})
    made = served.ask(path, headers={"Authorization": digest(MINE, path, "A" * 48)})
    assert (old.status, made.status) == (401, 401)
    assert b"stale=true" in old.raw
    assert b"stale" not in made.raw


def test_whoever_has_no_credentials_is_asked_for_them_alike_below_auth_alone(
    served: Served,
) -> None:
    known = served.ask(f"/provision/auth/{MINE.name}")
    unknown = served.ask("/provision/auth/001122334455.cfg")
    assert known.status == unknown.status == 401
    challenges = [value for name, value in known.headers if name == "www-authenticate"]
    assert [one.split()[0] for one in challenges] == ["Digest", "Digest", "Basic"]
    assert ["algorithm=MD5" in challenges[0], "algorithm=SHA-256" in challenges[1]] == [True, True]

    def bare(reply: object) -> list[str]:
        return [name for name, _ in reply.headers]  # type: ignore[attr-defined]

    assert (bare(known), known.body) == (bare(unknown), unknown.body)
    assert served.ask(f"/provision/{MINE.name}").status == 404


def test_the_realm_is_the_compilers() -> None:
    assert auth.REALM == compiled.REALM


def test_what_was_fetched_is_kept_and_logged_and_counted(served: Served) -> None:
    agent = {"User-Agent": "Yealink SIP-T46S 66.85"}
    for _ in range(3):
        served.ask(f"/provision/{MINE.token}/{MINE.name.upper()}", headers=agent)
    until(lambda: MINE.mac in last_fetches(served.state))
    until(lambda: last_fetches(served.state)[MINE.mac].count == 3)
    last = last_fetches(served.state)[MINE.mac]
    assert (last.name, last.revision, last.address) == (MINE.name, MINE.revision, "127.0.0.1")
    assert (last.agent, last.at) == (agent["User-Agent"], served.clock())
    line = served.lines[-1]
    assert {"outcome": "fetched", "tenant": "acme", "mac": MINE.mac, "by": "token", "status": 200,
            "address": "127.0.0.1", "file": MINE.name, "agent": agent["User-Agent"]}.items() <= line.items()  # fmt: skip
    assert 'requests_total{outcome="fetched",vendor="yealink"} 3.0' in served.metrics()


def test_another_prefix_is_served_beside_the_usual_one(serve: Serve) -> None:
    with serve(base_url="https://pbx.example.com/phones/x/") as served:
        assert served.ask(f"/phones/x/{MINE.token}/{MINE.name}").status == 200
        assert served.ask(f"/provision/{MINE.token}/{MINE.name}").status == 200
        assert served.ask(f"/phones/{MINE.token}/{MINE.name}").status == 404
    with serve(base_url="https://pbx.example.com") as served:
        assert served.ask(f"/{MINE.token}/{MINE.name}").status == 200


def test_every_end_of_a_request_is_counted_by_a_word_that_is_explained(serve: Serve) -> None:
    with serve() as served:
        path = f"/provision/{MINE.token}"
        served.enrol(ACME)
        etag = dict(served.ask(path).headers)["etag"]
        for asked, method, headers in (
            (path, "GET", {"If-None-Match": etag}), (path, "HEAD", {}), (f"/provision/{ACME}", "GET", {}),
            (f"{path}/no.cfg", "GET", {}), ("/provision/no", "GET", {}), ("/provision/auth/x", "GET", {}),
            ("/provision/auth/x", "GET", basic(MINE, "wrong")),
        ):  # fmt: skip
            served.ask(asked, method, headers)
        served.say(b"\r\n\r\nx\r\n\r\n")
        (served.root / "provisioning" / ACME / MINE.name).unlink()
        served.ask(path)
    seen = [outcome for outcome, _ in served.service.counts.requests]
    assert seen == ["fetched", "current", "head", "enrolled", "no_file", "refused", "challenged", "denied",
                    "malformed", "unavailable"]  # fmt: skip
    assert set(seen) | {"limited", "fault"} == set(OUTCOMES)


def test_what_was_fetched_last_is_written_when_it_ends(serve: Serve) -> None:
    with serve() as served:
        served.ask(f"/provision/{MINE.token}")
    assert last_fetches(served.state)[ACME].count == 1


def test_a_phone_of_http_1_0_is_served_too(served: Served) -> None:
    raw = served.say(f"GET /provision/{MINE.token} HTTP/1.0\r\n\r\n".encode())
    assert raw.startswith(b"HTTP/1.1 200 ")
    assert raw.endswith(MINE.contents[MINE.name].encode())
