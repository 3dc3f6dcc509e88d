"""Permissions in the portal: by who manages the tenant, within what it holds, changed in place."""

import re

import pytest

from dialform.console.administration import asking
from dialform.console.errors import Away

from ..stage import Stage, git
from .test_tenants import got, pushed, sent, shown


def form(text: str) -> dict[str, object]:
    """What a browser would send of the page as it is."""
    boxes = re.findall(
        r'<input type="checkbox" name="token" value="(\w+)"( checked)?( disabled)?>', text
    )
    was = dict(re.findall(r'name="(was_\w+)" value="(\w*)"', text))
    return {**was, "token": [name for name, checked, off in boxes if checked and not off]}


def test_the_boxes_are_what_is_held_and_what_the_tenant_has_not_is_shut(shared: Stage) -> None:
    found = got(shared, "tenant_admin", "/t/acme/users/bob/permissions")
    assert found.status_code == 200
    assert form(found.text)["token"] == ["fpbx_extension", "devices", "voicemails", "follow_me"]


def test_a_tick_is_a_commit_that_changes_one_list(stage: Stage) -> None:
    path = "/t/acme/users/bob/permissions"
    data = form(got(stage, "tenant_admin", path).text)
    data["token"] = [*data["token"], "ring_groups"]  # type: ignore[misc]
    done = sent(stage, "tenant_admin", path, {**data, "act": "save"})
    assert done.status_code == 303, done.text
    branch = pushed(stage)
    users = shown(stage, branch, "tenants.d/acme/pbx.yaml")["users"]
    assert users["bob"]["permissions"] == ["devices", "ring_groups", "voicemails", "follow_me"]
    lines = git(stage.remote, "diff", "-U0", "main", branch).splitlines()
    assert sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines) == 2


def test_looking_what_it_does_saves_nothing(shared: Stage) -> None:
    path = "/t/acme/users/bob/permissions"
    data = form(got(shared, "tenant_admin", path).text)
    found = sent(shared, "tenant_admin", path, {**data, "token": [], "act": "check"})
    assert found.status_code == 200
    assert not git(shared.remote, "for-each-ref", "refs/heads/portal")
    assert 'id="looked"' in found.text or "findings" in found.text


@pytest.mark.parametrize("act", ["save", "check"])
def test_while_the_repository_is_away_what_was_ticked_stays(
    shared: Stage, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise Away("The repository cannot be reached. Nothing was changed.")

    path = "/t/acme/users/bob/permissions"
    data = form(got(shared, "tenant_admin", path).text)
    monkeypatch.setattr(asking, act, away)
    found = sent(shared, "tenant_admin", path, {**data, "token": ["fpbx_extension"], "act": act})
    assert found.status_code == 503
    assert "cannot be reached" in found.text
    assert form(found.text)["token"] == ["fpbx_extension"]


def test_nothing_ticked_otherwise_changes_nothing(shared: Stage) -> None:
    path = "/t/acme/users/bob/permissions"
    done = sent(shared, "tenant_admin", path, {**form(got(shared, "tenant_admin", path).text), "act": "save"})  # fmt: skip
    assert done.status_code == 303
    assert not git(shared.remote, "for-each-ref", "refs/heads/portal")


def test_who_changed_it_meanwhile_is_not_overwritten(stage: Stage) -> None:
    path = "/t/acme/users/bob/permissions"
    data = form(got(stage, "tenant_admin", path).text)
    file = stage.site / "tenants.d/acme/pbx.yaml"
    file.write_text(file.read_text("utf-8").replace("permissions: [devices, voicemails, follow_me]", "permissions: [devices]", 1))  # fmt: skip
    git(stage.site, "commit", "--quiet", "--all", "--message", "Less")
    git(stage.site, "push", "--quiet", "origin", "main")
    stage.ground.parts.clear()
    done = sent(stage, "tenant_admin", path, {**data, "token": ["voicemails"], "act": "save"})
    assert done.status_code == 409
    assert "Somebody else changed this" in done.text
    assert not git(stage.remote, "for-each-ref", "refs/heads/portal")


def test_who_may_come(shared: Stage) -> None:
    for who in ("user", "end_user"):
        assert got(shared, who, "/t/acme/users/bob/permissions").status_code == 403
    assert got(shared, "other", "/t/acme/users/bob/permissions").status_code == 404
    assert got(shared, "tenant_admin", "/t/acme/users/nobody/permissions").status_code == 404
    assert got(shared, "tenant_admin", "/admin/tenants/acme/permissions").status_code == 403


def test_what_a_tenant_holds_is_an_admins_to_give(stage: Stage) -> None:
    path = "/admin/tenants/janes-bakery/permissions"
    page = got(stage, "admin", path)
    assert page.status_code == 200
    data = form(page.text)
    data["token"] = [*data["token"], "call_queues"]  # type: ignore[misc]
    done = sent(stage, "admin", path, {**data, "act": "save"})
    assert done.status_code == 303, done.text
    account = shown(stage, pushed(stage), "tenants.d/janes-bakery.yaml")
    assert "call_queues" in account["permissions"]
