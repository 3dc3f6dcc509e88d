"""POST /hook: who is believed, what is fetched for, and what strangers learn (nothing)."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.serving import hook
from dialform.reconcile.serving.poker import Poker

SECRET = b"a-hook-secret-of-32-characters-!"
PUSH = json.dumps({"ref": "refs/heads/main", "after": "4e81"}).encode()


def signature(body: bytes, secret: bytes = SECRET) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def post(body: bytes = PUSH, **headers: str) -> tuple[str, str, dict[str, Any]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return "POST", "/hook", {"content": body, "headers": named}


def github(body: bytes = PUSH, **headers: str) -> tuple[str, str, dict[str, Any]]:
    return post(body, X_Hub_Signature_256=signature(body), **headers)


GOOD = {
    "github, forgejo, gitea": github(),
    "gitlab": post(X_Gitlab_Token=SECRET.decode()),
    "generic": post(X_Dialform_Signature=signature(PUSH)),
}


@pytest.mark.parametrize("request_", GOOD.values(), ids=GOOD)
def test_a_signed_push_to_our_branch_is_fetched(agent: Any, request_: Any) -> None:
    answer = agent.ask(request_)[0]
    assert (answer.status_code, answer.json(), agent.pokes) == (202, {"fetch": True}, 1)


BAD = {
    "none": post(),
    "empty": post(X_Hub_Signature_256=""),
    "of another secret": post(X_Hub_Signature_256=signature(PUSH, b"other")),
    "of another body": post(X_Hub_Signature_256=signature(b"{}")),
    "of an empty secret": post(X_Hub_Signature_256=signature(PUSH, b"")),
    "sha1": post(X_Hub_Signature_256="sha1=" + signature(PUSH)[7:]),
    "bare": post(X_Hub_Signature_256=signature(PUSH)[7:]),
    "longer": post(X_Hub_Signature_256=signature(PUSH) + "0"),
    "the beginning": post(X_Hub_Signature_256=signature(PUSH)[:-1]),
    "token": post(X_Gitlab_Token="guess"),
    "token without the end": post(X_Gitlab_Token=SECRET.decode()[:-1]),
    "token in the wrong header": post(X_Hub_Signature_256=SECRET.decode()),
}


def test_whoever_cannot_sign_gets_one_answer_and_nothing_happens(agent: Any) -> None:
    answers = agent.ask(*BAD.values())
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert agent.pokes == 0


def test_every_signature_is_compared_whatever_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work for all: nothing returns early, so time tells nothing."""
    counted: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        counted.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(hook.hmac, "compare_digest", compare)
    kinds = []
    for _, _, more in (*BAD.values(), *GOOD.values()):
        counted.clear()
        headers = {name.lower(): value for name, value in more["headers"].items()}
        hook.signed(headers, more["content"], SECRET)
        kinds.append(tuple(counted))
    assert set(kinds) == {((32, 32),) * len(hook.PROOFS)}


@pytest.mark.parametrize("secret", [None, b""])
def test_without_a_secret_there_is_no_hook(agent: Any, secret: bytes | None) -> None:
    agent.secret = secret
    signed_by_nothing = post(X_Hub_Signature_256=signature(PUSH, b""), X_Gitlab_Token="")
    answers = agent.ask(post(), signed_by_nothing, ("GET", "/hook"), ("GET", "/nothing"))
    assert [answer.status_code for answer in answers] == [404] * 4
    assert agent.pokes == 0


def test_the_hook_takes_posts_alone(agent: Any) -> None:
    answers = agent.ask(*((m, "/hook") for m in ("GET", "HEAD", "PUT", "DELETE", "BREW")))
    assert {answer.status_code for answer in answers} == {405}
    assert answers[0].headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "headers", "fetched"),
    [
        ({"ref": "refs/heads/main"}, {}, True),
        ({"ref": "main"}, {}, True),
        ({"ref": "refs/heads/other"}, {}, False),
        ({"ref": "refs/heads/main2"}, {}, False),
        ({"ref": "refs/tags/main"}, {}, False),
        ({"action": "opened"}, {}, True),
        ({"ref": 5}, {}, True),
        ({"ref": "refs/heads/main"}, {"X_GitHub_Event": "ping"}, False),
        ([], {}, True),
        ("text", {}, True),
        (None, {}, True),
    ],
)
def test_only_pushes_to_our_branch_are_fetched(
    agent: Any, body: Any, headers: dict[str, str], fetched: bool
) -> None:
    answer = agent.ask(github(json.dumps(body).encode(), **headers))[0]
    assert (answer.status_code, agent.pokes) == (202, int(fetched))


def test_a_form_says_its_branch_too(agent: Any) -> None:
    form = "application/x-www-form-urlencoded"
    bodies = [urlencode({"payload": json.dumps({"ref": f"refs/heads/{b}"})}) for b in ("main", "x")]
    requests = [github(body.encode(), Content_Type=form) for body in bodies]
    assert [answer.json()["fetch"] for answer in agent.ask(*requests)] == [True, False]


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[" * 100_000, b"1" * 100_000, b'{"ref": "\\ud800"}', b"payload=%"]
)
def test_a_signed_body_that_says_nothing_is_a_reason_to_fetch(agent: Any, body: bytes) -> None:
    assert agent.ask(github(body))[0].status_code == 202
    assert agent.pokes <= 1


def test_a_body_of_a_mebibyte_is_read_and_one_byte_more_is_not(agent: Any) -> None:
    fits, too_long = b" " * hook.LARGEST, b" " * (hook.LARGEST + 1)
    answers = agent.ask(github(fits), github(too_long))
    assert [answer.status_code for answer in answers] == [202, 413]


def test_a_body_without_a_length_is_cut_off_as_it_comes(agent: Any) -> None:
    taken = 0

    async def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 65536

    from dialform.reconcile.serving.app import app

    made = app(lambda: agent.status, agent.poke, lambda: SECRET)
    sent = []

    async def main() -> None:
        pieces = endless()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": await anext(pieces), "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/hook",
            "headers": [],
            "query_string": b"",
        }
        await made(scope, receive, send)

    asyncio.run(main())
    assert sent[0]["status"] == 413
    assert taken <= hook.LARGEST // 65536 + 1


def test_a_replayed_push_is_one_fetch_and_one_more_later() -> None:
    pokes = []

    async def main() -> None:
        poker = Poker(lambda: pokes.append(asyncio.get_running_loop().time()), 0.05)
        for _ in range(1000):
            poker()
        assert len(pokes) == 1
        while len(pokes) < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.12)

    asyncio.run(main())
    assert len(pokes) == 2
    assert pokes[1] - pokes[0] >= 0.049


@given(
    st.binary(max_size=200), st.binary(min_size=1, max_size=80), st.binary(min_size=1, max_size=80)
)
def test_a_signature_holds_for_its_own_secret_alone(
    body: bytes, secret: bytes, other: bytes
) -> None:
    headers = {"x-hub-signature-256": signature(body, secret)}
    assert hook.signed(headers, body, secret)
    assert not hook.signed(headers, body + b"x", secret)
    if other.rstrip(b"\0") != secret.rstrip(b"\0"):  # HMAC pads keys with zeros (RFC 2104)
        assert not hook.signed(headers, body, other)
