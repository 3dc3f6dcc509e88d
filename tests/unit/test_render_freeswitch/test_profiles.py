"""Both profiles, once for each family of addresses, and what a host says of routers."""

import pytest

from dialform.compiler.resolved_host import Nat
from dialform.renderers.freeswitch import render_host, render_tenant

from . import samples


def _files(host=None, platform=None):
    return render_host(platform or samples.platform(), host or samples.host(), (), "r1")


def _known(name, **host):
    return samples.settings(samples.xml(_files(samples.host(**host)), name))


def _paths(**host):
    return {a.path.removeprefix("freeswitch/") for a in _files(samples.host(**host))}


def test_ipv6_has_profiles_of_its_own_on_the_same_ports():
    assert "sip_profiles/internal6.xml" not in _paths()
    six = {"address6": "2001:db8::10", "bind6": "2001:db8::11"}
    assert {"sip_profiles/internal6.xml", "sip_profiles/external6.xml"} <= _paths(**six)
    for name in ("internal", "external"):
        four, other = _known(f"{name}.xml", **six), _known(f"{name}6.xml", **six)
        assert (other["sip-ip"], other["ext-sip-ip"]) == ("2001:db8::11", "2001:db8::10")
        assert other["sip-port"] == four["sip-port"]
        assert four["sip-ip"] != other["sip-ip"]
    # What one of them files, both find.
    assert _known("internal6.xml", **six)["dbname"] == "sofia_reg_internal"
    assert "db-pre-trans-execute" in _known("internal6.xml", **six)
    assert "ws-binding" not in _known("internal6.xml", ws_port=5066, **six)


def test_a_domain_belongs_to_a_profile_only_where_there_is_one():
    for six, count in (({}, 1), ({"address6": "2001:db8::10", "bind6": "::"}, 0)):
        root = samples.xml(_files(samples.host(**six)), "internal.xml")
        assert len(root.findall(".//domain")) == count


def test_a_carrier_with_an_ipv6_address_is_called_from_there():
    platform = samples.platform(
        providers=(samples.provider("four"), samples.provider("six", host="2001:db8::99"))
    )
    host = samples.host(address6="2001:db8::10", bind6="2001:db8::10")
    for name, gateways in (("external.xml", ["four"]), ("external6.xml", ["six"])):
        root = samples.xml(_files(host, platform), name)
        assert [gateway.get("name") for gateway in root.iter("gateway")] == gateways
    secret = {a.path for a in _files(host, platform) if a.secret}
    assert {
        "freeswitch/sip_profiles/external.xml",
        "freeswitch/sip_profiles/external6.xml",
    } <= secret


def test_the_networks_of_the_host_itself_count_unless_others_are_named():
    assert _known("internal.xml")["local-network-acl"] == "localnet.auto"
    nat = Nat(local_networks=("10.0.0.0/8", "fd00::/8"))
    assert _known("internal.xml", nat=nat)["local-network-acl"] == "local"
    lists = samples.xml(_files(samples.host(nat=nat)), "acl.conf.xml")
    (local,) = lists.findall(".//list[@name='local']")
    assert local.get("default") == "deny"
    assert [node.get("cidr") for node in local] == ["10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize(
    ("nat", "known"),
    [
        (Nat(), {"nat-options-ping": "true", "ping-mean-interval": "30"}),
        (Nat(keepalive=7), {"ping-mean-interval": "7", "unregister-on-options-fail": "false"}),
        (Nat(drop_silent=True), {"unregister-on-options-fail": "true"}),
        (Nat(aggressive=True), {"aggressive-nat-detection": "true"}),
        (Nat(), {"aggressive-nat-detection": "false", "NDLB-force-rport": "safe"}),
        (Nat(rport=False), {"NDLB-force-rport": "false"}),
    ],
)
def test_what_a_host_says_of_routers(nat, known):
    assert known.items() <= _known("internal.xml", nat=nat).items()


def test_no_keepalive_asks_nobody():
    assert "nat-options-ping" not in _known("internal.xml", nat=Nat(keepalive=0))


@pytest.mark.parametrize("name", ["internal.xml", "external.xml"])
def test_calls_that_nobody_refreshes_end_and_faxes_pass(name):
    known = _known(name)
    assert (known["enable-timer"], known["session-timeout"]) == ("true", "1800")
    assert int(known["minimum-session-expires"]) >= 90
    assert known["t38-passthru"] == "true"


@pytest.mark.parametrize(
    ("srtp", "word"), [("off", "forbidden"), ("optional", None), ("required", "mandatory")]
)
def test_encryption_by_extension(srtp, word):
    files = render_tenant(samples.tenant(extensions=(samples.extension("1001", srtp=srtp),)))
    user = samples.xml(files, "directory.xml").find(".//user")
    given = samples.settings(user).get("dial-var-rtp_secure_media_outbound")
    taken = samples.settings(user, "variable").get("rtp_secure_media_inbound")
    assert (given, taken) == (word, word)
    assert ("encrypted only" in samples.content(files, "dialplan.xml")) == (srtp == "required")
