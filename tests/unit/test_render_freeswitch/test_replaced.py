"""No call is taken over by an INVITE with Replaces."""

from dialform.renderers.freeswitch import render_host, render_tenant

from . import samples


def _external(**provider):
    platform = samples.platform(providers=(samples.provider(**provider),))
    files = render_host(platform, samples.host(), (), "r1")
    return samples.settings(samples.xml(files, "external.xml"))


def test_strangers_do_not_get_as_far_as_the_dialplan():
    assert _external()["apply-inbound-acl"] == "providers"
    # Of a carrier that only DNS knows no list can say that it may.
    by_name = _external(host="sip.north.example", host_is_name=True)
    assert "apply-inbound-acl" not in by_name


def test_each_leg_of_a_phone_is_asked_as_it_is_answered():
    domain = samples.xml(render_tenant(samples.tenant()), "directory.xml").find("domain")
    known = samples.settings(domain.find("variables"), "variable")
    assert known["execute_on_answer_replaced"] == "execute_extension replaced XML replaced"
    files = render_host(samples.platform(), samples.host(), (), "r1")
    replaced = samples.context(samples.xml(files, "outbound.xml"), "replaced")
    plain, taken = replaced.findall("extension")
    assert plain.find("condition").get("field") == "${sip_replaces_call_id}"
    assert plain.find("condition").get("expression") == "^$"
    assert taken.find("condition/action").get("data") == "not_allowed XML refused"
