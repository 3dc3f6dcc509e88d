"""Browser phones: the way in for them, and for nobody else."""

import re

from dialform.renderers.freeswitch import render_host, render_tenant

from . import samples


def _bindings(**fields):
    files = render_host(samples.platform(), samples.host(**fields), (), "r1")
    known = samples.settings(samples.xml(files, "internal.xml"))
    return {name: known[name] for name in known if name in ("ws-binding", "wss-binding")}


def test_browsers_come_over_tls_and_plainly_only_where_that_is_written():
    assert _bindings() == {"wss-binding": "203.0.113.10:5067"}
    assert _bindings(ws_port=5066)["ws-binding"] == "127.0.0.1:5066"
    assert _bindings(ws_port=5066, ws_bind="10.0.0.5")["ws-binding"] == "10.0.0.5:5066"
    assert _bindings(wss_port=0) == {}


def test_a_host_that_listens_everywhere_binds_to_an_address():
    # A profile says in its messages what it is bound to: nobody can answer to 0.0.0.0.
    assert _bindings(bind="0.0.0.0", wss_port=1) == {"wss-binding": "$${local_ip_v4}:1"}
    found = _bindings(ws_bind="0.0.0.0", ws_port=1, wss_port=0)
    assert found == {"ws-binding": "$${local_ip_v4}:1"}


def _candidates(**fields):
    files = render_host(samples.platform(), samples.host(**fields), (), "r1")
    params = samples.xml(files, "internal.xml").iter("param")
    return [p.get("value") for p in params if p.get("name") == "apply-candidate-acl"]


def test_browsers_in_the_office_have_sound():
    assert _candidates()[:2] == ["localnet.auto", "wan.auto"]
    assert "any_v4.auto" in _candidates()
    assert _candidates(wss_port=0) == []


def test_only_users_with_a_webphone_are_marked():
    extensions = (samples.extension("1001", browser=True), samples.extension("1002"))
    files = render_tenant(samples.tenant(extensions=extensions))
    marked = [
        user.get("id")
        for user in samples.xml(files, "directory.xml").iter("user")
        if samples.settings(user, "variable").get("dialform_browser") == "true"
    ]
    assert marked == ["1001"]


def _gate(**fields):
    files = render_tenant(samples.tenant(**fields))
    phones = samples.context(samples.xml(files, "dialplan.xml"), "acme")
    entries = phones.findall("extension")
    place = [entry.get("name") for entry in entries].index("browsers only")
    return entries[:place], entries[place]


def test_the_gate_stands_before_all_that_can_be_dialled():
    before, gate = _gate()
    # Only who calls is said before it.
    assert all(entry.get("continue") == "true" for entry in before)
    web, marked, number = gate.findall("condition")
    assert re.search(web.get("expression"), "wss") and re.search(web.get("expression"), "ws")
    assert not re.search(web.get("expression"), "") and not re.search(web.get("expression"), "tls")
    assert re.search(marked.get("expression"), "") and not re.search(
        marked.get("expression"), "true"
    )
    assert re.search(number.get("expression"), "1001")


def test_the_gate_stops_no_emergency_call():
    _, gate = _gate(emergency_numbers=("911", "112"))
    expression = gate.findall("condition")[2].get("expression")
    assert [bool(re.search(expression, n)) for n in ("911", "112", "9111", "1001")] == [
        False,
        False,
        True,
        True,
    ]


def _called():
    platform = samples.platform(codecs=("OPUS", "PCMA"))
    files = render_host(platform, samples.host(), (), "r1")
    return samples.context(samples.xml(files, "outbound.xml"), "phone")


def test_a_call_to_a_browser_asks_whether_its_extension_has_a_webphone():
    entry = _called().find('extension[@name="not a browser\'s"]')
    url, user = entry.findall("condition")
    for text in ("sip:x@h;transport=ws", "sips:x@h;transport=WSS;fs_nat=yes"):
        assert re.search(url.get("expression"), text)
    for text in ("sip:x@192.0.2.7:5060", "sip:x@192.0.2.7;transport=tcp", "sip:ws@192.0.2.7"):
        assert not re.search(url.get("expression"), text)
    assert "${dialform_self}@${sip_invite_domain}" in user.get("field")
    assert "uuid_kill" in user.find("anti-action").get("data")
    assert user.find("action").get("data") == "absolute_codec_string=OPUS,PCMA"
