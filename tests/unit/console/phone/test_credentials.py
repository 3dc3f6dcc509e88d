"""The login of a browser phone: one's own extension alone, as the switch has it, and kept nowhere."""

import asyncio
from typing import Any

import pytest

from dialform.compiler.derive import htdigest
from dialform.console.once import Once

from ..stage import Stage


def asked(stage: Stage, role: str, method: str = "POST", **more: Any) -> Any:
    async def look() -> Any:
        async with stage.browser(role) as someone:
            headers = {"x-csrf-token": "the-token", **more.pop("headers", {})}
            return await someone.request(method, "/phone/credentials", headers=headers, **more)

    return asyncio.run(look())


def test_whoever_has_a_browser_phone_gets_its_login(stage: Stage) -> None:
    found = asked(stage, "end_user")
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-store"
    (line,) = found.json()["lines"]
    password = stage.ground.store.derive("acme", "1003", "sip")
    assert line == {
        "number": "1003", "name": "Carol Poe", "domain": "acme.example.com",
        "ha1": htdigest("1003", "acme.example.com", password),
        "servers": ["wss://pbx.example.com:5067"],
    }  # fmt: skip
    assert password not in found.text


@pytest.mark.parametrize("role", ["admin", "tenant_admin", "user", "other"])
def test_nobody_gets_another_s_whatever_their_role(stage: Stage, role: str) -> None:
    found = asked(stage, role)
    assert found.status_code == 404
    assert "webphone" in found.json()["sentence"]


def test_what_is_asked_besides_changes_nothing(stage: Stage) -> None:
    found = asked(stage, "user", params={"extension": "1003", "tenant": "acme"})
    assert found.status_code == 404


def test_it_is_not_given_without_the_token_or_to_nobody(stage: Stage) -> None:
    assert asked(stage, "end_user", headers={"x-csrf-token": "guessed"}).status_code == 422
    assert asked(stage, "").status_code == 401
    assert asked(stage, "end_user", "GET").status_code in (404, 405)


def test_it_is_written_down_that_it_was_given_without_what_was_given(stage: Stage) -> None:
    ha1 = asked(stage, "end_user").json()["lines"][0]["ha1"]
    ((subject, act, details),) = stage.door.acts
    assert (subject, act) == ("acme/carol", "phone.credentials")
    assert details == {"extensions": ["1003"]} and ha1 not in str(details)


def test_a_page_that_is_loaded_again_is_no_news(stage: Stage) -> None:
    assert [asked(stage, "end_user").status_code for _ in range(3)] == [200] * 3
    assert [act for _, act, _ in stage.door.acts] == ["phone.credentials"]


def test_another_session_address_or_extension_is() -> None:
    known = Once()
    first = ("phone", "s1", "192.0.2.7", "1003")
    assert known.first(*first) and not known.first(*first)
    for other in (
        ("phone", "s1", "192.0.2.7", "1004"),
        ("phone", "s1", "192.0.2.8", "1003"),
        ("phone", "s2", "192.0.2.7", "1003"),
    ):
        assert known.first(*other), other


def test_the_phone_stands_on_the_pages_of_those_who_have_one(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("end_user") as carol, stage.browser("user") as bob:
            assert "data-phone" in (await carol.get("/")).text
            assert "data-phone" not in (await bob.get("/")).text

    asyncio.run(look())


def test_pages_may_open_a_socket_to_the_switch_and_to_nobody_else(stage: Stage) -> None:
    async def look() -> str:
        async with stage.browser("end_user") as carol:
            return str((await carol.get("/")).headers["content-security-policy"])

    assert "connect-src 'self' wss://pbx.example.com:5067;" in asyncio.run(look())
