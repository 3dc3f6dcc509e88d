"""Users, numbers, payments, trunks, routes, packages, rates and plans: by the pages that all kinds have."""

import re

import pytest

from dialform.console.administration.kinds import PAGES
from dialform.console.money.quota import TITLES
from dialform.console.table import pages
from dialform.schema.billing import RESOURCES

from ..stage import Stage, git
from .test_tenants import got, pushed, sent, shown

ADMIN = ("/admin/providers", "/admin/routes", "/admin/packages", "/admin/plans", "/admin/rates",
         "/admin/billing", "/admin/hosts", "/admin/platform", "/t/acme/company", "/t/acme/numbers",
         "/t/acme/payments")  # fmt: skip


@pytest.mark.parametrize("path", ADMIN)
def test_what_is_the_platforms_is_an_admins(shared: Stage, path: str) -> None:
    assert got(shared, "admin", path).status_code == 200
    assert got(shared, "tenant_admin", path).status_code == 403


def test_no_address_is_taken_twice() -> None:
    taken = [
        (method, re.sub(r"\{[^}]*\}", "{}", page.path))
        for page in pages()
        for method in page.methods
    ]
    own = {
        (method, re.sub(r"\{[^}]*\}", "{}", page.path)) for page in PAGES for method in page.methods
    }
    assert not [one for one in own if taken.count(one) > 1]


def test_a_package_shows_all_eleven_resources(shared: Stage) -> None:
    name = next(iter(shared.ground.released().view.billing.packages))  # type: ignore[union-attr]
    page = got(shared, "admin", f"/admin/packages/{name}").text
    for resource in RESOURCES:
        assert f'<th scope="row">{TITLES[resource]}</th>' in page, resource


def test_a_package_is_changed_in_its_place(stage: Stage) -> None:
    view = stage.ground.released().view
    assert view is not None
    name = next(iter(view.billing.packages))
    path = f"/admin/packages/{name}/edit"
    page = got(stage, "admin", path).text
    was = re.search(r'name="_was" value="(\w*)"', page)
    assert was
    fields = dict(
        re.findall(r'<input id="[^"]*" name="([^"]+)" type="text"[^>]* value="([^"]*)"', page)
    )
    slot = next(one for one in fields if one.endswith("extensions"))
    done = sent(stage, "admin", path, {**fields, slot: "4321", "_was": was[1], "act": "save"})
    assert done.status_code == 303, done.text
    packages = shown(stage, pushed(stage), "billing.yaml")["packages"]
    assert packages[name]["slots"]["extensions"] == 4321
    assert git(stage.remote, "diff", "--name-only", "main", pushed(stage)) == "billing.yaml"


def test_a_trunk_that_is_used_does_not_go(shared: Stage) -> None:
    page = got(shared, "admin", "/admin/providers/mycarrier/delete").text
    assert "numbers of" in page and "must be mended" in page


def test_a_user_shows_what_they_may_and_how_to_change_it(shared: Stage) -> None:
    page = got(shared, "tenant_admin", "/t/acme/users/bob").text
    assert "/t/acme/users/bob/permissions" in page and "Follow-me" in page
    form = got(shared, "tenant_admin", "/t/acme/users/bob/edit").text
    assert 'value="ring_groups"' not in form  # permissions have their own page


def test_changing_a_user_keeps_their_permissions(stage: Stage) -> None:
    path = "/t/acme/users/bob/edit"
    page = got(stage, "tenant_admin", path).text
    was = re.search(r'name="_was" value="(\w*)"', page)
    assert was
    fields = dict(
        re.findall(r'<input id="[^"]*" name="([^"]+)" type="text"[^>]* value="([^"]*)"', page)
    )
    fields |= {"role": "user", "name": "Robert Roe"}
    done = sent(stage, "tenant_admin", path, {**fields, "_was": was[1], "act": "save"})
    assert done.status_code == 303, done.text
    bob = shown(stage, pushed(stage), "tenants.d/acme/pbx.yaml")["users"]["bob"]
    assert bob["name"] == "Robert Roe"
    assert bob["permissions"] == ["devices", "voicemails", "follow_me"]
