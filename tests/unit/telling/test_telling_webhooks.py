"""Where news may be sent, and in which form."""

import pytest

from dialform.reconcile.telling.errors import BadTargetError
from dialform.reconcile.telling.masking import Masker
from dialform.reconcile.telling.told import KINDS, told
from dialform.reconcile.telling.webhooks import COLOURS, as_json, as_slack, parse_target

from .conftest import status

HOOK = "https://hooks.slack.com/services/T000/B000/hunter2hunter2"


@pytest.mark.parametrize("text", [f"slack:{HOOK}", f"slack+{HOOK}", HOOK, f"json:{HOOK}",
                                  "http://127.0.0.1:80/x", "http://[::1]/x", "http://localhost:1"])  # fmt: skip
def test_targets(text: str) -> None:
    target = parse_target(text)
    assert "hunter2" not in repr(target) + target.name
    assert target.body is (as_slack if text.startswith("slack") else as_json)


@pytest.mark.parametrize(
    "text", ["", "x", "ftp://a.example/hunter2", "http://hooks.example/hunter2", "slack:http://a.example/hunter2",
             "slack:", "https://", "https:///hunter2", "https://a.example:port/hunter2", "http://127.0.0.1.example/",
             "http://localhost.example/hunter2", "http://127.0.0.1@a.example/hunter2", "https://a b/hunter2",
             "https://a.example/hunter2\r\nX: y", "https://[::1/hunter2", "teams:https://a.example/hunter2",
             "http://2130706433.example/hunter2", "file:///etc/hunter2", "slack:slack:https://a.example/hunter2"]
)  # fmt: skip
def test_what_is_no_safe_target_is_one_sentence_without_its_path(text: str) -> None:
    with pytest.raises(BadTargetError) as caught:
        parse_target(text)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_slack_gets_text_alone() -> None:
    news = told(
        "rollback_failed", status(), "<!channel> <https://evil.example|here> a & b", Masker()
    )
    body = as_slack(news)
    assert body["text"].startswith(":rotating_light: demo/pbx1: ROLLBACK FAILED")
    (attachment,) = body["attachments"]
    assert attachment["text"] == "&lt;!channel&gt; &lt;https://evil.example|here&gt; a &amp; b"
    assert attachment["color"] == COLOURS["alarm"]


def test_every_severity_has_a_colour() -> None:
    assert {kind.severity for kind in KINDS.values()} <= COLOURS.keys()


def test_the_id_tells_a_second_try_from_a_second_time() -> None:
    first, later = status(), status(at="2026-11-28T06:00:00Z")
    ids = [as_json(told("drift", one, "x", Masker()))["id"] for one in (first, first, later)]
    assert ids[0] == ids[1] != ids[2]
