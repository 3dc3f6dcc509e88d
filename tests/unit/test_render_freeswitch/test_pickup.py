"""Who takes a call that rings at a colleague, and that nobody else does."""

from dialform.renderers.freeswitch import render_tenant
from dialform.renderers.freeswitch.pickup import reaches

from . import samples
from .samples import actions, context, extension, first_match

CODES = (("pickup", "*8"),)


def _tenant(**groups: str):
    people = tuple(
        extension(number.removeprefix("n"), pickup_groups=tuple(names.split()))
        for number, names in groups.items()
    )
    return samples.tenant(extensions=people, feature_codes=CODES)


def _dialplan(tenant):
    return samples.xml(render_tenant(tenant), "dialplan.xml")


def test_members_of_the_same_groups_share_what_they_reach():
    found = reaches(_tenant(n1001="sales", n1002="sales", n1003="help sales", n1004=""))
    assert [(reach.numbers, reach.colleagues) for reach in found] == [
        ("1001|1002", ("1001", "1002", "1003")),
        ("1003", ("1001", "1002", "1003")),
    ]


def test_bare_code_asks_for_each_colleague_and_then_finds_nothing():
    phones = context(_dialplan(_tenant(n1001="sales", n1002="sales")), "acme")
    assert actions(first_match(phones, "*8"))[-3:] == [
        ("execute_extension", "ringing-1001 XML acme.flow"),
        ("execute_extension", "ringing-1002 XML acme.flow"),
        ("transfer", "not_found XML refused"),
    ]
    for name in ("pick up in a group", "pick up at an extension"):
        fields = [c.get("field") for c in phones.find(f"extension[@name='{name}']")]
        assert "${user_name}" in fields, "only who logged in"


def test_what_rings_is_looked_for_in_the_tenant_s_own_name_alone():
    tenant = _dialplan(_tenant(n1001="sales"))
    (kept,) = [data for _, data in actions(tenant) if "hash(select/dialform_ringing/" in data]
    assert "dialform_ringing/acme.$1)" in kept
    fields = {c.get("field"): c.get("expression") for c in tenant.iter("condition")}
    assert fields["${uuid_getvar(${dialform_rings_for} dialform_tenant)}"] == "^acme$"


def test_without_the_code_nothing_is_compiled():
    tenant = samples.tenant(feature_codes=())
    text = samples.content(render_tenant(tenant), "dialplan.xml")
    assert "ringing-" not in text and "dialform_rings_for" not in text
    assert "dialform_rings_for" not in samples.content(render_tenant(tenant), "directory.xml")
