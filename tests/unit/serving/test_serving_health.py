"""/healthz, /readyz, /status: alive, ready, and what it is doing."""

from typing import Any

import pytest

from dialform.reconcile.serving.headers import HEADERS


def test_a_loop_that_passed_lately_is_alive(agent: Any) -> None:
    assert agent.get("/healthz").status_code == 200


def test_a_loop_that_has_not_passed_for_long_is_dead(agent: Any) -> None:
    agent.now += 901
    answer = agent.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"alive": False, "seconds": 906.0}


def test_a_loop_that_never_passed_is_dead(agent: Any) -> None:
    agent.status = {}
    assert agent.get("/healthz").json() == {"alive": False, "seconds": None}


def test_how_old_a_pass_may_be_is_a_setting(agent: Any) -> None:
    agent.now += 1000
    assert agent.get("/healthz").status_code == 503
    agent.options |= {"alive": 2000.0}
    assert agent.get("/healthz").status_code == 200


def test_ready_follows_its_condition_and_says_the_reason(agent: Any) -> None:
    assert agent.get("/readyz").status_code == 200
    ready = agent.status["conditions"][0]
    for word in ("False", "Unknown"):
        ready |= {"status": word, "reason": "RollbackFailed", "message": "look now"}
        answer = agent.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["reason"] == "RollbackFailed"


def test_an_agent_that_holds_is_alive_though_not_ready(agent: Any) -> None:
    agent.status["conditions"][0] |= {"status": "False"}
    assert agent.get("/healthz").status_code == 200


def test_the_status_is_shown_as_it_is(agent: Any) -> None:
    assert agent.get("/status").json() == agent.status


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/status", "/metrics", "/none", "/hook"])
def test_every_answer_has_the_security_headers_and_no_banner(agent: Any, path: str) -> None:
    answer = agent.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_only_reading_is_allowed(agent: Any, method: str) -> None:
    for path in ("/healthz", "/status", "/metrics"):
        assert agent.ask((method, path))[0].status_code == 405


def test_no_redirect_repeats_the_host_that_a_request_named(agent: Any) -> None:
    answer = agent.ask(("GET", "/status/", {"headers": {"Host": "evil.example"}}))[0]
    assert answer.status_code == 404
