"""Calls to the outside: which route takes them, who may, and what the carrier sees."""

import re

import pytest

from dialform.renderers.freeswitch import render_host
from dialform.renderers.freeswitch.marks import EXPORTED, billed

from . import samples
from .samples import actions, context, first_match


def _outbound(**fields):
    files = render_host(samples.platform(**fields), samples.host(), (), "r1")
    return samples.xml(files, "outbound.xml")


def _route(**fields):
    return _outbound(routes=(samples.route(**fields),)).find("context/extension")


def _takes(entry, number, **variables):
    """Whether all conditions of a route hold for a number."""
    for condition in entry.findall("condition"):
        field = condition.get("field")
        value = number if field == "destination_number" else variables.get(field.strip("${}"), "")
        if not re.search(condition.get("expression"), value):
            return actions(condition, "anti-action") or False
    return True


def test_routes_keep_their_order():
    routes = (samples.route("first"), samples.route("second"))
    names = [e.get("name") for e in _outbound(routes=routes).find("context")]
    assert names[:2] == ["first", "second"]
    assert names[-1] == "no route"


def test_a_route_takes_its_numbers_and_not_those_that_it_refuses():
    entry = _route(pattern=r"^\+\d+$", refused=("+1900", "+44"))
    assert _takes(entry, "+12125551000", dialform_toll="national") is True
    assert _takes(entry, "+19005551000", dialform_toll="national") is False
    assert _takes(entry, "+442079460000", dialform_toll="national") is False


@pytest.mark.parametrize(
    ("toll", "may"),
    [
        ("internal", {"internal", "local", "national", "international", "premium"}),
        ("national", {"national", "international", "premium"}),
        ("premium", {"premium"}),
    ],
)
def test_a_toll_class_contains_those_before_it(toll, may):
    entry = _route(toll=toll)
    classes = ("internal", "local", "national", "international", "premium", "")
    allowed = {c for c in classes if _takes(entry, "+12125551000", dialform_toll=c) is True}
    assert allowed == may
    refused = _takes(entry, "+12125551000", dialform_toll="")
    assert refused == [("transfer", "toll XML refused")]


def test_an_emergency_route_asks_for_nothing():
    entry = _route(pattern="", exact=("911", "*55"), toll="emergency")
    for number in ("911", "*55"):
        assert _takes(entry, number, dialform_service="fax") is True
    assert _takes(entry, "9112") is False
    fields = [c.get("field") for c in entry.findall("condition")]
    assert set(fields) == {"destination_number"}


def test_faxes_take_fax_routes_and_calls_take_voice_routes():
    fax, voice = _route(service="fax"), _route(service="voice")
    known = {"dialform_toll": "national"}
    assert _takes(fax, "+12125551000", dialform_service="fax", **known) is True
    assert _takes(fax, "+12125551000", **known) is False
    assert _takes(voice, "+12125551000", **known) is True
    assert _takes(voice, "+12125551000", dialform_service="fax", **known) is False


def test_providers_are_tried_in_order_and_on_trunk_failures_only():
    platform = {"providers": (samples.provider("north"), samples.provider("south"))}
    outbound = _outbound(routes=(samples.route(providers=("south", "north")),), **platform)
    done = actions(outbound.find("context/extension"))
    assert [data for app, data in done if app == "execute_extension"] == [
        "trunk-south XML outbound",
        "trunk-north XML outbound",
    ]
    causes = set(re.search("continue_on_fail=([A-Z_,]+)", done[0][1])[1].split(","))
    assert {"GATEWAY_DOWN", "NORMAL_TEMPORARY_FAILURE", "RECOVERY_ON_TIMER_EXPIRE"} <= causes
    assert not causes & {
        "USER_BUSY", "CALL_REJECTED", "NO_ANSWER", "UNALLOCATED_NUMBER", "NO_USER_RESPONSE",
        "ORIGINATOR_CANCEL", "NORMAL_CLEARING",
    }  # fmt: skip


def test_a_call_is_stamped_with_its_route_and_plan():
    done = actions(_route(name="world", plan="gold"))
    assert "dialform_route=world" in done[0][1] and ";dialform_route_plan=gold;" in done[0][1]
    # A call that took a route with a plan, and now takes one without: the tenant's holds again.
    assert ";dialform_route_plan=;" in actions(_route())[0][1]


def test_refusals_give_the_sip_answers_that_were_promised():
    files = render_host(samples.platform(), samples.host(), (), "r1")
    refused = context(samples.xml(files, "public.xml"), "refused")
    causes = {
        "toll": "OUTGOING_CALL_BARRED", "no_route": "UNALLOCATED_NUMBER", "cap": "USER_BUSY",
        "limit": "OUTGOING_CALL_BARRED", "credit": "OUTGOING_CALL_BARRED",
        "suspended": "OUTGOING_CALL_BARRED", "blocked": "CALL_REJECTED",
        "do_not_call": "OUTGOING_CALL_BARRED", "not_found": "UNALLOCATED_NUMBER",
    }  # fmt: skip
    for reason, cause in causes.items():
        assert actions(first_match(refused, reason)) == [
            ("set", "dialform_refused=$1"), ("hangup", cause)
        ]  # fmt: skip


# What the carrier sees.


def _trunk(**fields):
    outbound = context(_outbound(providers=(samples.provider(**fields),)), "outbound")
    return outbound.find("extension[@name='trunk north']")


def _leg(kind="action", **fields):
    bridge = dict(actions(_trunk(**fields), kind))["bridge"]
    return dict(part.split("=", 1) for part in re.search(r"\[\^\^;(.*?)\]", bridge)[1].split(";"))


def test_a_trunk_leg_is_stamped_by_the_leg_itself():
    leg = _leg()
    assert leg["dialform_trunk"] == "north" and leg["dialform_direction"] == "outbound"
    assert leg["dialform_to"] == "${dialform_called}"


def test_what_a_trunk_leg_is_billed_by_is_its_own():
    """Nothing writes it again, and no other leg gets it: a transfer changes the plain marks only."""
    own = {name for name in _leg() if name.startswith(("dialform_bill_", "dialform_to"))}
    assert own == {"dialform_to", *billed()}
    assert not own & {name.removeprefix("nolocal:") for name in EXPORTED}
    files = [*_outbound().iter("action"), *_outbound().iter("anti-action")]
    written = "".join(
        action.get("data") for action in files if action.get("application") != "bridge"
    )
    assert not [name for name in own if f"{name}=" in written]


def test_a_carrier_s_redirection_is_a_failure():
    assert ";nolocal:outbound_redirect_fatal=true;" in actions(_route())[0][1]


@pytest.mark.parametrize(("place", "kind"), [("from", "none"), ("pai", "pid"), ("rpid", "rpid")])
def test_the_caller_id_stands_where_the_carrier_reads_it(place, kind):
    assert _leg(caller_id_in=place)["sip_cid_type"] == kind
    carrier = samples.provider(caller_id_in=place)
    files = render_host(samples.platform(providers=(carrier,)), samples.host(), (), "r1")
    gateway = samples.settings(samples.xml(files, "external.xml").find(".//gateway"))
    assert gateway["caller-id-in-from"] == ("true" if place == "from" else "false")


@pytest.mark.parametrize(("form", "number"), [("e164", "+$1"), ("digits", "$1")])
def test_numbers_have_the_carrier_s_form(form, number):
    known = dict(
        data.split("=", 1) for app, data in actions(_trunk(number_format=form)) if app == "set"
    )
    assert known["dialform_number"] == known["effective_caller_id_number"] == number


def test_national_numbers_are_written_by_the_carrier_s_country():
    outbound = _outbound(providers=(samples.provider(number_format="national", country="GB"),))
    forms = context(outbound, "national-gb")
    written = {}
    for number in ("442079460000", "12125551000"):
        entry = first_match(forms, number)
        found = re.search(entry.find("condition").get("expression"), number)
        (_, data) = actions(entry)[0]
        written[number] = data.removeprefix("dialform_form=").replace("$1", found[1])
    assert written == {"442079460000": "02079460000", "12125551000": "0012125551000"}


def test_a_call_without_a_number_shows_the_carrier_s():
    shown = {}
    for form in ("e164", "digits", "national"):
        entry = _trunk(number_format=form, caller_id="+442079460001", country="GB")
        shown[form] = dict(
            data.split("=", 1) for _, data in actions(entry, "anti-action")
        )["effective_caller_id_number"]  # fmt: skip
    assert shown == {"e164": "+442079460001", "digits": "442079460001", "national": "02079460001"}


def test_codecs_are_the_carrier_s():
    assert _leg(codecs=("PCMA", "G729"))["absolute_codec_string"] == "PCMA,G729"


def test_a_full_carrier_passes_the_call_on():
    assert "execute_on_originate" not in _leg(max_channels=0)
    urgent, leg = _leg(max_channels=30), _leg("anti-action", max_channels=30)
    assert "execute_on_originate" not in urgent, "a call for help passes a full carrier"
    assert leg["execute_on_originate"] == "limit hash trunk north 30 !SWITCH_CONGESTION"
    causes = actions(_route())[0][1]
    assert "SWITCH_CONGESTION" in causes


def test_a_call_for_help_tries_every_trunk_and_the_next_call_does_not():
    urgent = actions(_route(toll="emergency", exact=("911",)))[0][1]
    assert ";dialform_urgent=true;continue_on_fail=true" in urgent
    usual = actions(_route())[0][1]
    assert ";dialform_urgent=;continue_on_fail=GATEWAY_DOWN," in usual
    assert "USER_BUSY" not in usual


def test_a_gateway_registers_only_where_it_shall():
    carrier = samples.provider(register=True, username="12125550100", password="secret", port=5070)
    files = render_host(samples.platform(providers=(carrier,)), samples.host(), (), "r1")
    known = samples.settings(samples.xml(files, "external.xml").find(".//gateway"))
    assert (known["register"], known["username"], known["password"]) == (
        "true", "12125550100", "secret"
    )  # fmt: skip
    assert known["proxy"] == "192.0.2.20:5070;transport=udp"
    other = render_host(samples.platform(), samples.host(), (), "r1")
    known = samples.settings(samples.xml(other, "external.xml").find(".//gateway"))
    assert known["register"] == "false" and "password" not in known


# Phones that are called.


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sip:1001@192.0.2.7:5060", "192.0.2.7"),
        ("sip:1001@192.0.2.7;transport=tcp", "192.0.2.7"),
        ("sips:1001@[2001:db8::7]:5061", "2001:db8::7"),
        ("sip:1001@10.0.0.1:5060;ob;fs_nat=yes;fs_path=sip%3A1001%40192.0.2.7%3A5060", "192.0.2.7"),
        ("sip:1001@10.0.0.1;fs_path=sip%3A1001%40192.0.2.7%3A5060%3Btransport%3Dtcp", "192.0.2.7"),
        ("sip:1001@sip.carrier.example", ""),
        ("sip:1001@10.0.0.1;fs_path=sip%3Asip.carrier.example", ""),
        ("sip:1001@10.0.0.1;fs_path=sip%3A%31%32%37.0.0.1", ""),
        ("sip:a@10.0.0.1;fs_path=sip:192.0.2.20;fs_path=sip%3A10.0.0.1", "192.0.2.20"),
        ("sip:a@10.0.0.1;fs_path=sip%3Aa%4010.0.0.1%40192.0.2.20", ""),
        ("sip:x", ""),
    ],
)
def test_the_address_of_a_called_phone_is_where_the_invite_goes(url, address):
    found = ""
    for entry in context(_outbound(), "phone").findall("extension"):
        condition = entry.find("condition")
        if condition.get("field") == "${sip_destination_url}":
            # Python has no (?|...): its two branches are two groups.
            match = re.search(condition.get("expression").replace("(?|", "(?:"), url)
            found = next((g for g in match.groups() if g), "") if match else found
    assert found == address
