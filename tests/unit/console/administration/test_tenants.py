"""Tenants in the portal: a new one is new files, one that goes says first what goes with it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from dialform.schema.document import load

from ..stage import Stage, git


def sent(stage: Stage, who: str, path: str, data: Mapping[str, Any]) -> httpx.Response:
    async def send() -> httpx.Response:
        async with stage.browser(who) as browser:
            return await browser.post(path, data)

    return asyncio.run(send())


def got(stage: Stage, who: str, path: str) -> httpx.Response:
    async def get() -> httpx.Response:
        async with stage.browser(who) as browser:
            return await browser.get(path)

    return asyncio.run(get())


def pushed(stage: Stage) -> str:
    """The branch that the portal left at the remote."""
    names = git(
        stage.remote, "for-each-ref", "--format=%(refname:short)", "refs/heads/portal"
    ).split()
    assert len(names) == 1, names
    return names[0]


def shown(stage: Stage, branch: str, path: str) -> dict[str, Any]:
    text = git(stage.remote, "show", f"{branch}:{path}")
    return dict(load(path, [(path, text.encode())])[0].data)


NEW = {
    "company": "North & Sons", "slug": "north", "package": "standard", "plan": "",
    "contact": "office@north.example", "token": ["devices", "voicemails", "send_fax"],
    "user_name": "Nora North", "user_email": "nora@north.example", "act": "save",
}  # fmt: skip


def test_the_list_has_all_tenants_and_is_an_admins(shared: Stage) -> None:
    found = got(shared, "admin", "/admin/tenants")
    assert found.status_code == 200
    for slug in shared.ground.released().slugs:
        assert f"/admin/tenants/{slug}" in found.text
    assert got(shared, "tenant_admin", "/admin/tenants").status_code == 403


def test_a_new_tenant_is_files_of_its_own_on_a_branch(stage: Stage) -> None:
    package = next(iter(stage.ground.released().view.billing.packages))  # type: ignore[union-attr]
    done = sent(stage, "admin", "/admin/tenants/new", {**NEW, "package": package})
    assert done.status_code == 303, done.text
    branch = pushed(stage)
    account = shown(stage, branch, "tenants.d/north/account.yaml")
    assert account["company"] == "North & Sons"
    assert account["permissions"] == ["send_fax", "devices", "voicemails"]
    assert account["subscription"] == {"package": package}
    people = shown(stage, branch, "tenants.d/north/pbx.yaml")["users"]
    assert people == {
        "nora-north": {
            "name": "Nora North", "email": "nora@north.example", "role": "tenant_admin",
        }
    }  # fmt: skip
    assert git(stage.remote, "diff", "--name-only", "main", branch).split() == [
        "tenants.d/north/account.yaml", "tenants.d/north/pbx.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"slug": "acme"}, "There is a tenant acme already."),
        ({"slug": "../x"}, "Small letters, digits"),
        ({"package": "no-such"}, "Choose one"),
        ({"company": ""}, "This is needed."),
        ({"timezone": "Mars/Phobos"}, "Mars/Phobos"),
    ],
)
def test_what_is_wrong_with_a_new_tenant_is_said_and_nothing_is_made(
    shared: Stage, more: dict[str, str], sentence: str
) -> None:
    package = next(iter(shared.ground.released().view.billing.packages))  # type: ignore[union-attr]
    done = sent(shared, "admin", "/admin/tenants/new", {**NEW, "package": package, **more})
    assert done.status_code == 422
    assert sentence in done.text
    assert "North &amp; Sons" in done.text or "company" in more  # what was typed is not lost
    assert not git(shared.remote, "for-each-ref", "refs/heads/portal")


def test_a_tenant_shows_what_it_has_of_what_it_may_have(shared: Stage) -> None:
    found = got(shared, "admin", "/admin/tenants/acme")
    assert found.status_code == 200
    assert "Extensions used" in found.text
    assert got(shared, "admin", "/admin/tenants/nobody").status_code == 404


def test_a_tenant_goes_only_when_it_is_named_and_its_files_go_with_it(stage: Stage) -> None:
    path = "/admin/tenants/janes-bakery/remove"
    page = got(stage, "admin", path)
    assert "The tenant goes" in page.text
    was = page.text.split('name="was" value="')[1].split('"')[0]
    refused = sent(stage, "admin", path, {"act": "save", "was": was})
    assert refused.status_code == 422 and "Write janes-bakery" in refused.text
    done = sent(stage, "admin", path, {"act": "save", "was": was, "slug": "janes-bakery"})
    assert done.status_code == 303
    names = git(stage.remote, "ls-tree", "-r", "--name-only", pushed(stage)).split()
    assert not [one for one in names if one.startswith(("tenants.d/janes", "media/janes"))]
    tests = git(stage.remote, "show", f"{pushed(stage)}:calls.d/demo.yaml")
    assert "the shop is full" not in tests and "tenant: nordlicht" in tests
