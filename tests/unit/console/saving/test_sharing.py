"""What two commits have in common is read once: of a thousand tenants, the one that was changed anew."""

from dialform.console.saving.repository import Repository
from dialform.console.site import Site

from ..stage import Stage
from .conftest import others, replaced


def read(stage: Stage) -> Site:
    """The newest commit, with all of its tenants read."""
    site = Repository.of(stage.ground).tip(fresh=0.0)
    assert all(site.tenant(slug) is not None for slug in site.slugs)
    return site


def test_a_tenant_that_a_commit_leaves_alone_is_not_read_again(stage: Stage) -> None:
    before = read(stage)
    others(stage, replaced("tenants.d/janes-bakery.yaml", "company: ", "company: New "))
    after = read(stage)
    assert before.commit != after.commit
    assert after.view is before.view
    kept = [slug for slug in after.slugs if after.tenant(slug) is before.tenant(slug)]
    assert kept == [slug for slug in before.slugs if slug != "janes-bakery"]
    changed = after.tenant("janes-bakery")
    assert changed is not None
    assert changed.tenant.company.startswith("New ")


def test_another_platform_is_another_one_for_all_tenants(stage: Stage) -> None:
    before = read(stage)
    others(stage, replaced("platform.yaml", "ring_timeout: 25", "ring_timeout: 20"))
    after = read(stage)
    assert after.view is not before.view
    for slug in after.slugs:
        scope = after.tenant(slug)
        assert scope is not None
        assert scope is not before.tenant(slug)
        assert scope.view is after.view
