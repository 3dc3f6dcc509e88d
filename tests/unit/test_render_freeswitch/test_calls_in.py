"""Calls from carriers: whose they are, and whose DID is called in which form."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from dialform.renderers.freeswitch import render_host

from . import samples
from .samples import actions, context, first_match


def _public(tenants=(), **fields):
    files = render_host(samples.platform(**fields), samples.host(), tenants, "r1")
    return samples.xml(files, "public.xml")


def _reaches(public: ElementTree.Element, number: str) -> str:
    """Where a carrier's call ends: what the two levels of context do with it."""
    entry = public.find("context/extension[@name='carrier by address']")
    where = entry.findall("condition")[-1], number
    for _ in range(5):
        condition, number = where
        found = re.search(condition.get("expression", ""), number)
        if not found:
            return "refused"
        data = dict(actions(condition)).get("execute_extension")
        if data is None:
            return "refused"
        for group, text in enumerate(found.groups(), 1):
            data = data.replace(f"${group}", text)
        number, _, name = data.split()
        if name.endswith(".flow"):
            return f"{name} {number}"
        if public.find(f"context[@name='{name}']") is None:
            name = "global"
        taken = first_match(context(public, name), number)
        where = taken.find("condition"), number
    raise AssertionError("a loop")


def test_a_did_is_taken_with_plus_without_and_in_national_form():
    public = _public((samples.summary("acme", "+12125550199", "+493012345678"),))
    acme = "acme.flow did-12125550199"
    assert [_reaches(public, n) for n in ("+12125550199", "12125550199", "2125550199")] == [
        acme
    ] * 3
    berlin = "acme.flow did-493012345678"
    for number in ("+493012345678", "493012345678", "03012345678", "3012345678"):
        assert _reaches(public, number) == berlin


def test_unknown_numbers_are_refused():
    public = _public((samples.summary("acme", "+12125550199"),))
    for number in ("+12125550198", "2125550198", "+19995550199", "1", "", "s", "+12125550199x"):
        assert _reaches(public, number) == "refused", number
    assert actions(context(public, "global")) == [("hangup", "INCOMING_CALL_BARRED")]


def test_what_is_a_did_as_it_stands_is_no_national_form_of_another():
    # +49 3012 3456 is ten digits long, as a national number of +1 is.
    public = _public(
        (samples.summary("acme", "+14930123456"), samples.summary("globex", "+4930123456"))
    )
    assert _reaches(public, "4930123456") == "globex.flow did-4930123456"
    assert _reaches(public, "14930123456") == "acme.flow did-14930123456"


NUMBERS = st.from_regex(r"\+(?:1[2-9][0-9]{9}|49[1-9][0-9]{8,10}|44[1-9][0-9]{9})", fullmatch=True)


@given(
    st.dictionaries(NUMBERS, st.sampled_from(["acme", "globex", "initech"]), max_size=12), NUMBERS
)
def test_every_did_reaches_its_tenant_and_no_other_number_does(owners, stranger):
    tenants = [
        samples.summary(slug, *sorted(d for d, s in owners.items() if s == slug))
        for slug in ("acme", "globex", "initech")
    ]
    public = _public(tenants)
    for did, slug in owners.items():
        assert _reaches(public, did) == _reaches(public, did[1:]) == f"{slug}.flow did-{did[1:]}"
    if stranger not in owners:
        found = _reaches(public, stranger)
        # Without plus it may be somebody's national form; with plus only the digits count.
        assert found == "refused" or f"+{found.split('did-')[1]}".endswith(stranger[-7:])


def test_only_a_provider_s_address_gets_in():
    carrier = samples.provider(host="192.0.2.20", addresses=("198.51.100.0/24",))
    files = render_host(samples.platform(providers=(carrier,)), samples.host(), (), "r1")
    allowed = samples.xml(files, "acl.conf.xml").find(".//list[@name='providers']")
    assert [n.get("cidr") for n in allowed] == ["192.0.2.20/32", "198.51.100.0/24"]
    public = samples.xml(files, "public.xml")
    entry = public.find("context/extension[@name='carrier by address']")
    fields = [c.get("field") for c in entry.findall("condition")]
    assert fields[:2] == ["${sofia_profile_name}", "${acl(${network_addr} providers)}"]
    refused = context(public, "public").findall("extension")[-1]
    assert actions(refused) == [("hangup", "INCOMING_CALL_BARRED")]


def test_dns_is_asked_only_after_the_addresses():
    carrier = samples.provider(host="sip.north.example", host_is_name=True)
    entries = context(_public(providers=(carrier,)), "public").findall("extension")
    assert [e.get("name") for e in entries] == [
        "carrier by address", "carrier sip.north.example", "nobody"
    ]  # fmt: skip
    asked = entries[1].findall("condition")
    assert asked[0].get("expression") == "^external6?$"
    assert asked[1].get("expression") == "^${host_lookup(sip.north.example)}$"


def test_destinations_that_end_a_call_have_their_cause():
    ended = context(_public(), "ended")
    causes = {
        "normal": "NORMAL_CLEARING", "busy": "USER_BUSY", "rejected": "CALL_REJECTED",
        "congestion": "NORMAL_CIRCUIT_CONGESTION", "not_found": "UNALLOCATED_NUMBER",
    }  # fmt: skip
    for name, cause in causes.items():
        assert actions(first_match(ended, name)) == [("hangup", cause)]
