"""The codes that phones dial: the tenant's own before the platform's, and none that leads nowhere."""

from dialform.console.changes.codes import codes_of

from ..stage import Stage
from .test_trace import asked


def test_everybody_of_a_tenant_sees_its_codes(shared: Stage) -> None:
    found = asked(shared, "end_user", "/t/acme/dial-codes")
    assert found.status_code == 200
    assert "*98" in found.text
    assert "Hear one&#39;s own mailbox." in found.text


def test_codes_of_what_the_tenant_lacks_are_not_shown(shared: Stage) -> None:
    site = shared.ground.released()
    for slug in site.slugs:
        scope = site.tenant(slug)
        assert scope is not None
        shown = {one.code for one in codes_of(scope)}
        codes = scope.view.platform.feature_codes
        if not scope.tenant.call_queues and scope.tenant.feature_codes is None:
            assert codes.agent_login not in shown
        if scope.tenant.call_queues and scope.tenant.feature_codes is None:
            assert codes.agent_login in shown
