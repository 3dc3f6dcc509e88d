"""No log line, status, metric or message holds a secret: secrets are planted everywhere."""

import asyncio
import io
import json
import logging
import urllib.parse
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.serving import metrics
from dialform.reconcile.serving.app import app
from dialform.reconcile.telling import logs, masking
from dialform.reconcile.telling.masking import MASK, Masker
from dialform.reconcile.telling.told import told
from dialform.reconcile.telling.webhooks import as_json, as_slack

SECRET = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P", "S"]),
    min_size=4, max_size=20,
).filter(lambda s: "*" not in s).map(lambda s: f"Zq9§{s}")  # fmt: skip
"""Its beginning stands nowhere in our own words, which it would otherwise be found in."""

AROUND = st.text(max_size=10)
FORMS = [
    lambda s: s, lambda s: f"https://bob:{urllib.parse.quote(s, safe='')}@git.example/x",
    lambda s: f"password={s}", lambda s: repr(s), lambda s: ValueError(s), lambda s: {s: 1}, lambda s: [{"a": [s]}],
    lambda s: s.encode(), lambda s: {"token": s}, lambda s: (s, {s}),
]  # fmt: skip


def shown(secret: str) -> set[str]:
    """A secret, and how JSON writes it."""
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}


async def asked(status: dict[str, Any], *paths: str) -> list[str]:
    way = httpx.ASGITransport(app(lambda: status, lambda: None, lambda: None, clock=lambda: 0.0))
    async with httpx.AsyncClient(transport=way, base_url="http://agent") as client:
        return [(await client.get(path)).text for path in paths]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Logs as they were, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("service", [True, False])
def test_no_log_line_holds_a_planted_secret(service: bool) -> None:
    @given(
        SECRET,
        st.sampled_from(FORMS),
        AROUND,
        st.sampled_from(["event", "value", "exception", "library", "args"]),
    )
    def check(secret: str, form: Any, around: str, where: str) -> None:
        stream = io.StringIO()
        logs.configure(stream=stream, service=service, masker=Masker([secret]))
        value = form(secret)
        try:
            if where == "event":
                logs.logger().info(f"{around}{value}")
            elif where == "value":
                logs.logger().warning("it", what=value, more={"deep": [value]})
            elif where == "library":
                logging.getLogger("some.library").error(f"{around} {value}".replace("%", "%%"))
            elif where == "args":
                logging.getLogger("some.library").error("said %s", value)
            else:
                raise RuntimeError(f"{around}{value}")
        except RuntimeError:
            logs.logger().exception("broke")
        line = stream.getvalue()
        assert line
        assert not any(one in line for one in shown(secret))
        if service:
            for each in line.splitlines():
                json.loads(each)

    check()


@given(SECRET, st.sampled_from(FORMS), AROUND)
def test_no_status_metric_or_message_holds_a_planted_secret(
    secret: str, form: Any, around: str
) -> None:
    value = form(secret)
    text = f"{around}{value}"
    status = {
        "host": text, "conditions": [{"type": "Ready", "status": "False", "reason": text, "message": text}],
        "source": {"url": text, "error": value}, "applied": {"commit": text, "revision": text}, "held": {"reason": text},
        "switch": {"gateways": {text: True}, "needs_restart": [value]}, "drift": [{"kind": text, "what": value}],
        "counters": {"commands": {text: {text: 1}}}, "attackers": {"top": [{"source": text, "failures": 1}]},
        "at": "2026-11-28T05:10:00Z",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        masker = Masker([secret])
        patch.setattr(metrics, "SHARED", masker)
        patch.setattr("dialform.reconcile.serving.app.SHARED", masker)
        said = asyncio.run(asked(status, "/status", "/readyz", "/healthz", "/metrics"))
        news = told("held", status, text, masker)
        said += [str(as_json(news)), str(as_slack(news))]
    for one in said:
        assert not any(form in one for form in shown(secret))


PLAIN = [
    "https://bob:S3CRET@git.example/x.git", "fatal: unable to access 'https://S3CRET@git.example/x.git/'",
    "ssh://bob:S3CRET@git.example", "postgresql://dialform:S3CRET@db.example/x", "https://a.example/?token=S3CRET&x=1",
    "posted to https://hooks.slack.com/services/T0/B0/S3CRET", "https://discord.com/api/webhooks/1/S3CRET",
    "https://chat.example/hooks/S3CRET", "Authorization: Bearer S3CRETS3CRETS3CRET", "password=S3CRET",
    "password: S3CRET", '{"password": "S3CRET with spaces"}', "{'vm-password': 'S3CRET'}", "api_key=S3CRET",
    "<param name='a1-hash'>", "ghp_S3CRETS3CRETS3CRET", "glpat-S3CRETS3CRET", "xoxb-S3CRETS3CRET",
    "AGE-SECRET-KEY-1S3CRET", "-----BEGIN OPENSSH PRIVATE KEY-----\nS3CRET\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nS3CRET", "pin=S3CRET",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_what_has_the_form_of_a_secret_goes_unasked(text: str) -> None:
    assert "S3CRET" not in Masker().text(text)


HARMLESS = [
    "held: OutsideWindow", "https://git.example/ops/site.git", "git@git.example:ops/site.git", "gateway mycarrier is up",
    "commit 4e8126f2dd4e8126f2dd4e8126f2dd4e8126f2dd", "digest 9b1c0e77a1b2", "1001@acme.example.com", "12:30:05",
    "the token expired", "basic authentication", "sip:bob@pbx.example.com:5060", "pinned signers: 2",
    "the ESL secret changed in git", "http://127.0.0.1:9180/hook",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Masker().text(text) == text


@pytest.mark.parametrize(
    "key", ["password", "esl_password", "token", "hook-secret", "Authorization", "api_key", "a1-hash", "pin",
            "private_key", "credentials", "passphrase", "vm-password"]
)  # fmt: skip
def test_values_of_telling_keys_go(key: str) -> None:
    assert Masker().value({key: "x", "deep": [{key: ["y"]}]}) == {key: MASK, "deep": [{key: MASK}]}
    assert Masker().value({key: None}) == {key: None}


@pytest.mark.parametrize("key", ["pinned", "secretary", "tokens_left", "keys", "message", "key"])
def test_values_of_other_keys_stay(key: str) -> None:
    assert Masker().value({key: "x"}) == {key: "x"}


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Masker(["secret1", "secret12345"]).text("a secret12345 b") == f"a {MASK} b"


def test_short_texts_are_not_looked_for() -> None:
    assert Masker(["1234", "", "  "]).text("extension 1234") == "extension 1234"


def test_a_value_that_contains_itself_ends() -> None:
    value: dict[str, Any] = {}
    value["self"] = value
    assert "..." in str(masking.Masker().value(value))


@pytest.mark.usefixtures("quiet")
def test_a_terminal_obeys_nothing_that_a_log_line_holds() -> None:
    stream = io.StringIO()
    logs.configure(stream=stream, service=False)
    structlog.configure(processors=structlog.get_config()["processors"])
    logs.logger().info("call\x1b[2J\nfake line", name="\x1b]0;owned\x07\u202e\r")
    try:
        raise ValueError("\x1b[2J\r")
    except ValueError:
        logs.logger().exception("broke")
    text = stream.getvalue()
    assert "\x1b[2J" not in text
    assert "\x1b]0" not in text
    assert not set(text) & {"\x07", "\r", "\u202e"}
    assert "\nfake" not in text


@pytest.mark.usefixtures("quiet")
def test_json_lines_are_lines_with_their_time_and_level() -> None:
    stream = io.StringIO()
    logs.configure(stream=stream, level="info")
    logs.logger().debug("not this")
    logs.logger().info("two\nlines", commit="4e81")
    logging.getLogger("httpx").info("HTTP Request: POST https://hooks.example/services/x")
    (line,) = stream.getvalue().splitlines()
    one = json.loads(line)
    assert (one["event"], one["level"], one["commit"]) == ("two\nlines", "info", "4e81")
    assert one["at"].endswith("Z")
