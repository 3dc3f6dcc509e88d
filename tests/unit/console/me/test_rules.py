"""Follow-me and what becomes of missed calls, changed on one's own page: a commit, merged at once where allowed."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from dialform.console.errors import Away, Refused
from dialform.console.me import rules
from dialform.console.saving import Finding, Invalid
from dialform.schema.diagnostic import Severity

from ..stage import Stage, git
from .conftest import Switch

FOLLOW, MISSED = "/me/forwarding/1002/follow-me", "/me/forwarding/1002/missed"


ALLOWED = {"self_service": ["follow_me", "forwarding", "voicemail"]}


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage(**ALLOWED)


def sent(page: str, **changes: str) -> dict[str, Any]:
    """The form of a page as a browser sends it, with changes by the names of its fields."""
    values: dict[str, Any] = {}
    form = page[page.index("data-object-form") :]
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or name[1] in ("csrf", "act"):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if kind and kind[1] in ("checkbox", "radio") and " checked" not in tag:
            continue
        if tag.startswith("<select"):
            rest = form[form.index(tag) :]
            rest = rest[: rest.index("</select>")]
            chosen = re.search(r'value="([^"]*)" selected', rest)
            values.setdefault(name[1], []).append(chosen[1] if chosen else "")
            continue
        values.setdefault(name[1], []).append(value[1] if value else "")
    return {**values, **changes}


def tip(stage: Stage) -> str:
    return git(stage.remote, "log", "-1", "--format=%an|%s", "main")


TIMEOUT = "destinations.0.timeout"


def test_a_follow_me_is_changed_at_once_in_its_owner_s_name(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            page = (await bob.get(FOLLOW)).text
            assert 'value="+19175550123"' in page
            done = await bob.post(FOLLOW, {**sent(page, **{TIMEOUT: "25"}), "act": "save"})
            assert done.status_code == 303, done.text
            assert done.headers["location"] == "/me/forwarding"

    asyncio.run(look())
    assert tip(stage).startswith("Bob Roe|Follow-me of extension 1002")
    text = git(stage.remote, "show", "main:tenants.d/acme/pbx.yaml")
    assert '{number: "+19175550123", timeout: 25, confirm: true}' in text
    assert any("saved" in said for _, said in stage.door.said)


def test_what_the_call_tests_forbid_waits_for_somebody(
    stage: Stage, switch: Switch, call_tests: None
) -> None:
    """The demo's tests say that Bob's mobile rings."""
    before = tip(stage)

    async def look() -> None:
        async with stage.browser("user") as bob:
            page = (await bob.get(FOLLOW)).text
            was = re.search(r'name="_was" value="([^"]*)"', page)
            assert was is not None
            gone = await bob.post(FOLLOW, {"act": "gone", "_was": was[1]})
            assert gone.status_code == 303, gone.text
            assert gone.headers["location"].startswith("/changes/")

    asyncio.run(look())
    assert tip(stage) == before
    (branch,) = [
        one
        for one in git(stage.remote, "branch", "--format=%(refname:short)").split()
        if "portal" in one
    ]
    assert branch.startswith("portal/acme.bob/")
    assert "+19175550123" not in git(stage.remote, "show", f"{branch}:tenants.d/acme/pbx.yaml")
    assert any("waits" in said for _, said in stage.door.said)


def test_what_the_rules_refuse_stands_beside_the_field(stage: Stage, switch: Switch) -> None:
    before = tip(stage)

    async def look() -> None:
        async with stage.browser("user") as bob:
            page = (await bob.get(FOLLOW)).text
            name = re.search(r'name="([^"]+)"[^>]*value="\+19175550123"', page)
            assert name is not None
            form = sent(page, **{name[1]: "1234"})
            found = await bob.post(FOLLOW, {**form, "act": "save"})
            assert found.status_code == 422
            assert 'aria-invalid="true"' in found.text
            assert 'value="1234"' in found.text

    asyncio.run(look())
    assert tip(stage) == before


def answered(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, act: str, error: Exception
) -> tuple[int, str]:
    """What comes of a changed form where saving, or checking, ends like this."""

    async def ends(*_: object, **__: object) -> None:
        raise error

    async def look() -> tuple[int, str]:
        async with stage.browser("user") as bob:
            page = (await bob.get(FOLLOW)).text
            monkeypatch.setattr(rules, act, ends)
            found = await bob.post(FOLLOW, {**sent(page, **{TIMEOUT: "27"}), "act": act})
            return found.status_code, found.text

    return asyncio.run(look())


@pytest.mark.parametrize("act", ["save", "check"])
@pytest.mark.parametrize(
    "error", [Away("Nobody answers. Nothing was changed."), Refused("It is too much.")]
)
def test_what_was_typed_stays_where_it_cannot_be_saved_now(
    stage: Stage, switch: Switch, monkeypatch: pytest.MonkeyPatch, act: str, error: Away | Refused
) -> None:
    status, page = answered(stage, monkeypatch, act, error)
    assert status == error.status
    assert str(error) in page
    assert 'value="27"' in page


def test_findings_say_fields_as_the_form_does(
    stage: Stage, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Finding(
        "DF1", Severity.ERROR, "`no_answer` leads nowhere", "add no_answer: {hangup: true}"
    )
    _, page = answered(stage, monkeypatch, "save", Invalid([said]))
    assert "“If nobody answers” leads nowhere" in page
    assert "`" not in page and "no_answer:" not in page


def test_missed_calls_go_elsewhere(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            page = (await bob.get(MISSED)).text
            form = sent(page, **{"busy.kind": "extension", "busy.target": "1003"})
            done = await bob.post(MISSED, {**form, "act": "save"})
            assert done.status_code == 303, done.text

    asyncio.run(look())
    text = git(stage.remote, "show", "main:tenants.d/acme/pbx.yaml")
    assert re.search(r'busy: \{extension: "1003"\}', text)
    assert 'no_answer: {voicemail: "1002"}' in text


def test_two_who_change_the_same_lose_nothing(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            form = sent((await bob.get(FOLLOW)).text)
            first = await bob.post(FOLLOW, {**form, TIMEOUT: "25", "act": "save"})
            assert first.headers["location"] == "/me/forwarding"
            second = await bob.post(FOLLOW, {**form, TIMEOUT: "26", "act": "save"})
            assert second.status_code == 409
            assert 'value="26"' in second.text
            assert "25" in second.text[second.text.index("What stands there now") :][:400]
            again = sent(second.text)
            assert (await bob.post(FOLLOW, {**again, "act": "save"})).status_code == 303

    asyncio.run(look())
    assert "timeout: 26" in git(stage.remote, "show", "main:tenants.d/acme/pbx.yaml")


def test_only_one_s_own_extension(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        for role in ("end_user", "tenant_admin", "other", "admin"):
            async with stage.browser(role) as somebody:
                for path in (FOLLOW, MISSED):
                    assert (await somebody.get(path)).status_code == 404
                    assert (
                        await somebody.post(path, {"act": "gone", "_was": "x"})
                    ).status_code == 404

    asyncio.run(look())


def test_a_new_pin_is_given_by_a_commit(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            done = await bob.post("/me/voicemail/1002/pin", {"do": "renew"})
            assert done.status_code == 303, done.text
        async with stage.browser("tenant_admin") as alice:
            done = await alice.post("/me/voicemail/1001/pin", {"do": "renew"})
            assert done.status_code == 303, done.text
            # Its PIN is a secret of the site, which only an administrator changes.
            assert (await alice.post("/me/voicemail/1999/pin", {"do": "renew"})).status_code == 422

    asyncio.run(look())
    text = git(stage.remote, "show", "main:tenants.d/acme/pbx.yaml")
    assert text.count("rotate: 2") == 2
    assert tip(stage).startswith("Alice Doe|Give mailbox 1001")
