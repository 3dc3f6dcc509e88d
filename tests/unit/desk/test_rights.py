"""Who may look at what: the permission `realtime`, in the user's own scope."""

from pathlib import Path

import pytest

from dialform.reconcile.desk.customers import Customer, customer, slugs, with_extension
from dialform.reconcile.desk.errors import NotAllowed, NotThere
from dialform.reconcile.desk.rights import scope_of
from dialform.reconcile.folders import FoldersError, find
from dialform.reconcile.generations import Generations
from dialform.reconcile.layout import Layout
from dialform.reconcile.sitefiles import SiteFiles

from .conftest import ROOT


def test_a_tenant_admin_has_the_tenant(acme: Customer) -> None:
    tenant = SiteFiles(ROOT).tenant("acme")
    assert tenant is not None
    scope = scope_of(tenant, acme, "alice")
    assert scope.customer is acme
    assert scope.extensions is None


def test_who_lacks_the_permission_is_refused_and_who_is_nobody_is_not_there(acme: Customer) -> None:
    tenant = SiteFiles(ROOT).tenant("acme")
    assert tenant is not None
    with pytest.raises(NotAllowed, match="realtime"):
        scope_of(tenant, acme, "bob")
    with pytest.raises(NotThere):
        scope_of(tenant, acme, "mallory")


def test_a_user_with_it_has_the_own_extensions(acme: Customer) -> None:
    tenant = SiteFiles(ROOT).tenant("acme")
    assert tenant is not None
    bob = tenant.tenant.users["bob"]
    users = {**tenant.tenant.users, "bob": bob.model_copy(update={"permissions": ["realtime"]})}
    model = tenant.tenant.model_copy(update={"users": users})
    granted = type(tenant)(tenant.slug, tenant.document, model, tenant.view)
    assert scope_of(granted, acme, "bob").extensions == {"1002"}


def test_a_user_with_devices_has_the_own_phones(acme: Customer) -> None:
    tenant = SiteFiles(ROOT).tenant("acme")
    assert tenant is not None
    scope = scope_of(tenant, acme, "bob", "devices")
    assert scope.device("acme", "aabbcc112233")
    assert not scope.device("acme", "carol-web")
    assert not scope.device("nordlicht", "aabbcc112233")
    with pytest.raises(NotAllowed, match="devices"):
        scope_of(tenant, acme, "carol", "devices")


def test_tenants_are_read_from_what_was_compiled(conf: Path, acme: Customer) -> None:
    assert slugs(conf) == ["acme", "janes-bakery", "nordlicht"]
    assert acme.domain == "acme.example.com"
    assert set(acme.extensions) == {"1001", "1002", "1003", "1050"}, (
        "the lone mailbox is no extension"
    )
    assert acme.trunks == {"mycarrier"}
    assert customer(conf, "../acme") is None
    assert customer(conf, "nobody") is None
    assert {one.slug for one in with_extension(conf, "1001")} == {"acme", "janes-bakery"}


def test_where_the_compiled_files_lie(conf: Path, tmp_path: Path) -> None:
    out = conf.parents[1]
    nothing = {"DIALFORM_STATE": str(tmp_path)}
    assert find(None, out, "", nothing).conf == conf
    with pytest.raises(FoldersError, match="no host 'pbx9'"):
        find(None, out, "pbx9", nothing)
    with pytest.raises(FoldersError, match="holds no generation"):
        find(tmp_path, out, "", nothing)
    with pytest.raises(FoldersError, match="--state"):
        find(None, None, "", nothing)


def test_the_agent_s_generations_come_before_what_was_compiled(conf: Path, tmp_path: Path) -> None:
    kept = Generations(Layout(tmp_path))
    generation = kept.take(conf.parent, "a" * 40)
    (tmp_path / "current").symlink_to(generation.folder.relative_to(tmp_path))
    found = find(None, conf.parents[1], "", {"DIALFORM_STATE": str(tmp_path)})
    assert (found.current, found.state) == (generation.folder, tmp_path)
    assert found.endpoint().address == ("127.0.0.1", 8021)
    assert found.endpoint().passwords[0] not in repr(found.endpoint())
