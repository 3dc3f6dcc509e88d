"""A tenant's contexts: what can be dialled, and where a call goes then."""

import re

import pytest

from dialform.compiler.resolved import GroupMember, Schedule
from dialform.renderers.freeswitch import render_tenant
from dialform.schema.hours import Hours

from . import samples
from .samples import actions, context, did, extension, first_match, target

ALWAYS = Schedule("always", (Hours((1, 2, 3, 4, 5, 6, 7), 0, 1440),), (), "Asia/Tokyo")


def _dialplan(**fields):
    return samples.xml(render_tenant(samples.tenant(**fields)), "dialplan.xml")


def _phones(**fields):
    return context(_dialplan(**fields), "acme")


def _flow(**fields):
    return context(_dialplan(**fields), "acme.flow")


# What phones reach.


def test_an_extension_rings_its_phones_for_its_time():
    entry = first_match(_phones(extensions=(extension("1001", ring_timeout=17),)), "1001")
    assert ("bridge", "user/$1@acme.example.com") in actions(entry)
    assert "call_timeout=17" in actions(entry)[0][1]


def test_extensions_that_behave_alike_share_one_entry():
    alike = tuple(extension(str(n)) for n in range(1001, 1051))
    phones = _phones(extensions=(*alike, extension("2001", ring_timeout=5)))
    assert first_match(phones, "1001") is first_match(phones, "1050")
    assert first_match(phones, "2001") is not first_match(phones, "1001")


@pytest.mark.parametrize("number", ["100", "10011", "11001", "abc", "outside-12125550100", ""])
def test_what_is_no_number_of_the_tenant_is_refused(number):
    assert actions(first_match(_phones(), number)) == [("transfer", "not_found XML refused")]


def test_nothing_that_a_phone_dials_or_transfers_to_reaches_the_inner_flow_by_name():
    everything = _dialplan(
        extensions=(extension("1001", no_answer=target("external", "+19175550123")),),
        mailboxes=(samples.mailbox("1999", of_extension=False),),
        schedules=(ALWAYS,),
        ivr_menus=(samples.menu("700"),),
        ring_groups=(samples.group("600", "random", *_members("1001", "1002")),),
        inbound_routes=(did("+12125550199", target("ivr", "700")),),
    )
    names = [
        re.sub(r"[$^\\]|\(.*", "", entry.find("condition").get("expression", ""))
        for entry in context(everything, "acme.flow").findall("extension")
    ]
    assert len(names) > 10
    transferred = context(everything, "acme.transferred")
    passes = transferred.findall("extension/condition")[1].get("expression")
    for name in names:
        found = first_match(context(everything, "acme"), f"{name}1001")
        assert found.get("name") == "not found", name
        assert not re.search(passes, name), name


def test_a_transfer_is_the_doing_of_the_phone_that_sent_it():
    entry = context(_dialplan(), "acme.transferred").find("extension")
    done = dict(data.split("=", 1) for app, data in actions(entry) if app == "set")
    assert done["dialform_toll"] == "${user_data($1@acme.example.com var dialform_toll)}"
    assert done["dialform_object"] == "extension $1"


@pytest.mark.parametrize("number", ["911 XML globex.flow", "did-12125550300", "${system ls}"])
def test_a_transfer_passes_numbers_only(number):
    entry = context(_dialplan(), "acme.transferred").find("extension")
    assert not re.search(entry.findall("condition")[1].get("expression"), number)


def test_who_calls_is_who_logged_in():
    entry = _phones().find("extension[@name='phone']")
    assert [c.get("field") for c in entry.findall("condition")] == [
        "${dialform_extension}",
        "${user_name}",
        "destination_number",
    ]
    actions = list(entry.iter("action"))
    assert {action.get("inline") for action in actions} == {"true"}
    assert "dialform_extension=$1;dialform_self=$1;dialform_object=extension $1" in actions[0].get(
        "data"
    )


def test_voicemail_is_checked_as_the_phone_that_logged_in():
    phones = _phones(
        extensions=(extension("1001", mailbox="1001"), extension("1002")),
        mailboxes=(samples.mailbox("1001"),),
    )
    asked = first_match(phones, "*98").findall("condition")[1]
    assert asked.get("field") == "${dialform_extension}"
    assert asked.get("expression") == "^(1001)$"
    assert actions(asked)[0] == ("voicemail", "check default acme.example.com $1")
    # Who has no box is asked for a number and its PIN.
    assert actions(asked, "anti-action")[0] == ("voicemail", "check default acme.example.com")


def test_a_mailbox_whose_number_is_dialled_behind_the_code_asks_for_its_pin():
    phones = _phones(
        extensions=(extension("1001", mailbox="1001"), extension("1002")),
        mailboxes=(samples.mailbox("1001"), samples.mailbox("1999")),
    )
    for number in ("1001", "1999"):
        asked = first_match(phones, f"*98{number}").find("condition")
        assert ("voicemail", "check default acme.example.com $1") in actions(asked)
        assert re.search(asked.get("expression"), f"*98{number}")[1] == number
    assert "another mailbox" not in [e.get("name") for e in _phones(mailboxes=()).iter("extension")]


def test_dialled_numbers_are_normalised_to_e164():
    for dialled in ("2125551000", "12125551000", "+12125551000", "01112125551000"):
        entry = first_match(_phones(), dialled)
        found = re.search(entry.find("condition").get("expression"), dialled)
        data = dict(actions(entry))["execute_extension"]
        assert data.replace("$1", found[1]) == "outside-12125551000 XML acme.flow"


# What nothing stops, and what stops a call.


def test_emergency_comes_before_all_that_counts_and_asks():
    for fields in ({"cap": 3}, {"suspended": True}):
        phones = _phones(**fields)
        order = [entry.get("name") for entry in phones.findall("extension")]
        assert order.index("emergency") < order.index("cap") if "cap" in order else True
        done = actions(first_match(phones, "911"))
        assert ("execute_extension", "$1 XML outbound") in done
        assert not any(app == "limit" or "outside-" in data for app, data in done)


def test_an_emergency_call_shows_its_own_number_and_place():
    done = actions(first_match(_phones(), "911"))
    place = "nolocal:sip_h_X-Emergency-Location=${dialform_emergency_location}"
    assert ("export", place) in done
    shown = first_match(_flow(), "emergency")
    assert shown.findall("condition")[1].get("field") == "${dialform_emergency_cid}"


def test_a_call_counts_once_and_the_one_past_the_cap_is_busy():
    dialplan = _dialplan(cap=3, inbound_routes=(did("+12125550199", target("extension", "1001")),))
    limits = [data for app, data in actions(dialplan) if app == "limit"]
    refusing = "hash tenant acme 3 cap XML refused"
    assert limits == [refusing, refusing, "hash tenant acme -1"]
    entry = context(dialplan, "acme").find("extension[@name='cap']")
    assert entry.find("condition").get("field") == "${dialform_counted}"


def test_no_cap_is_no_limit():
    assert not [data for app, data in actions(_dialplan(cap=0)) if app == "limit"]


def test_over_several_hosts_the_key_names_the_tenant():
    limits = [
        data for app, data in actions(_dialplan(cap=3, cap_backend="hiredis")) if app == "limit"
    ]
    assert limits[0] == "hiredis dialform dialform:tenant:acme 3 cap XML refused"


def test_a_suspended_tenant_calls_nobody_outside_and_its_callers_are_told():
    goes = did("+12125550199", target("extension", "1001"))
    flow = _flow(suspended=True, inbound_routes=(goes,))
    assert actions(first_match(flow, "outside-12125551000")) == [
        ("transfer", "suspended XML refused")
    ]
    assert actions(first_match(flow, "did-12125550199"))[-1] == (
        "execute_extension", "suspended XML acme.flow"
    )  # fmt: skip
    told = actions(first_match(flow, "suspended"))
    assert [app for app, _ in told].count("playback") == 2
    assert told[-1] == ("transfer", "suspended XML refused")
    bridged = actions(first_match(_phones(suspended=True), "1001"))
    assert ("bridge", "user/$1@acme.example.com") in bridged


def test_whether_a_limit_or_no_credit_stops_it_is_asked_before_each_outside_call():
    entry = first_match(_flow(), "outside-12125551000")
    asked = entry.findall("condition")[1]
    assert asked.get("field") == "${db(select/acme-block/outbound)}"
    assert re.search(asked.get("expression"), "limit") and re.search(
        asked.get("expression"), "credit"
    )
    # What mod_db says where there is no such key must never block.
    assert not re.search(asked.get("expression"), "-ERR no reply")


# Nobody answers.


def test_without_a_mailbox_the_call_ends_with_its_cause():
    assert actions(first_match(_phones(), "1001"))[-1] == ("hangup", "${originate_disposition}")


def test_with_a_mailbox_the_call_goes_there():
    phones = _phones(
        extensions=(extension("1001", mailbox="1001"),), mailboxes=(samples.mailbox("1001"),)
    )
    assert actions(first_match(phones, "1001"))[-1] == ("transfer", "voicemail-$1 XML acme.flow")


@pytest.mark.parametrize(
    ("disposition", "goes"),
    [
        ("USER_BUSY", "1002 XML acme"),
        ("CALL_REJECTED", "1002 XML acme"),
        ("USER_NOT_REGISTERED", "voicemail-1999 XML acme.flow"),
        ("NORMAL_TEMPORARY_FAILURE", "voicemail-1999 XML acme.flow"),
        ("PROGRESS_TIMEOUT", "voicemail-1999 XML acme.flow"),
        ("NO_ANSWER", "voicemail-${dialform_missed} XML acme.flow"),
        ("NO_USER_RESPONSE", "voicemail-${dialform_missed} XML acme.flow"),
    ],
)
def test_each_reason_has_its_destination_and_the_mailbox_takes_the_rest(disposition, goes):
    entry = extension(
        "1001",
        mailbox="1001",
        busy=target("extension", "1002"),
        unregistered=target("voicemail", "1999"),
    )
    dispatch = first_match(_flow(extensions=(entry,)), "missed-1001")
    for condition in dispatch.findall("condition")[1:]:
        if re.search(condition.get("expression", ""), disposition):
            assert actions(condition) == [("transfer", goes)]
            return
    raise AssertionError("no condition takes it")


# Ring groups.


def _members(*numbers, **fields):
    return tuple(GroupMember(n, fields.get("delay", 0), fields.get("timeout")) for n in numbers)


def _ringing(strategy, *members, **fields):
    groups = (samples.group("600", strategy, *members, **fields),)
    return _dialplan(ring_groups=groups)


@pytest.mark.parametrize("strategy", ["simultaneous", "enterprise"])
def test_members_that_ring_together_ring_all_their_phones(strategy):
    done = actions(
        first_match(context(_ringing(strategy, *_members("1001", "1002")), "acme"), "600")
    )
    legs = dict(done)["bridge"].split(":_:")
    assert legs == [f"{{originate_timeout=25}}user/{n}@acme.example.com" for n in (1001, 1002)]


def test_a_delay_is_waited_for_once():
    """`user/` waits twice for what it is given, `loopback/` once; the timeout is what is left."""
    members = (GroupMember("1001", 4, None), GroupMember("+19175550123", 4, None))
    done = actions(first_match(context(_ringing("simultaneous", *members), "acme"), "600"))
    legs = dict(done)["bridge"].split(":_:")
    assert legs[0].startswith("{originate_timeout=21,originate_delay_start=2000}")
    assert legs[1].startswith("{originate_timeout=21,originate_delay_start=4000}")


def test_a_sequence_shares_the_time_unless_a_member_has_its_own():
    members = (*_members("1001", "1002"), GroupMember("1003", 0, 4))
    done = actions(first_match(context(_ringing("sequence", *members), "acme"), "600"))
    waits = [data for app, data in done if app == "set" and data.startswith("call_timeout")]
    assert waits == ["call_timeout=8", "call_timeout=8", "call_timeout=4"]


@pytest.mark.parametrize("strategy", ["round_robin", "random"])
def test_in_turn_every_member_is_followed_by_the_next_and_the_last_by_the_first(strategy):
    flow = context(_ringing(strategy, *_members("1001", "1002", "1003")), "acme.flow")
    for index in range(3):
        done = actions(first_match_member(flow, index))
        assert done[-1] == ("transfer", f"member-600-{(index + 1) % 3} XML acme.flow")
        assert done[-2][1].endswith(f"user/{1001 + index}@acme.example.com")
    stop = next(e for e in flow.findall("extension") if e.get("name") == "nobody of 600")
    assert stop.findall("condition")[1].get("expression") == "^0$"


def first_match_member(flow, index):
    return next(
        e for e in flow.findall("extension") if e.get("name") == f"member {index + 1} of 600"
    )


def test_the_place_of_a_round_robin_is_kept_and_a_random_one_is_not():
    turning = _ringing("round_robin", *_members("1001", "1002"))
    assert any(app == "hash" for app, _ in actions(turning))
    assert not any(
        app == "hash" for app, _ in actions(_ringing("random", *_members("1001", "1002")))
    )


def test_an_outside_member_is_called_by_the_tenant_s_rules():
    dialplan = _ringing("simultaneous", *_members("1001", "+19175550123"))
    legs = dict(actions(first_match(context(dialplan, "acme"), "600")))["bridge"].split(":_:")
    name = re.search("loopback/([^/]+)/acme.flow/XML", legs[1])[1]
    node = actions(first_match(context(dialplan, "acme.flow"), name))
    assert "dialform_toll=national" in node[0][1]
    assert "dialform_object=ring_group 600" in node[0][1]
    assert node[-1] == ("execute_extension", "outside-19175550123 XML acme.flow")


def test_a_group_goes_on_to_its_destination():
    dialplan = _ringing("simultaneous", *_members("1001"), no_answer=target("hangup", "busy"))
    done = actions(first_match(context(dialplan, "acme"), "600"))
    assert done[-1] == ("transfer", "busy XML ended")


# DIDs, schedules, outside calls, voicemail.


def test_a_did_is_stamped_with_its_own_provider():
    flow = _flow(inbound_routes=(did("+12125550199", target("extension", "1001"), "south"),))
    done = actions(first_match(flow, "did-12125550199"))
    assert "dialform_trunk=south" in done[0][1] and "dialform_did=+$1" in done[0][1]
    assert done[0][1].endswith("dialform_object=number +$1;dialform_bill_object=number +$1")
    assert done[-1] == ("transfer", "1001 XML acme")
    assert first_match(flow, "did-12125550198") is None
    shared = flow.find("extension[@name='inbound']")
    assert shared.get("continue") == "true"
    assert "dialform_direction=inbound" in actions(shared)[0][1]
    assert "dialform_call=${uuid}" in actions(shared)[0][1]


def test_dids_that_go_to_the_same_place_share_an_entry():
    goes = target("extension", "1001")
    flow = _flow(inbound_routes=tuple(did(f"+121255501{n}", goes) for n in range(10, 20)))
    assert first_match(flow, "did-12125550110") is first_match(flow, "did-12125550119")
    assert first_match(flow, "did-12125550120") is None


def test_a_schedule_is_read_in_its_own_time_zone():
    goes = target(
        "schedule", "always", open=target("extension", "1001"), closed=target("hangup", "busy")
    )
    flow = _flow(schedules=(ALWAYS,), inbound_routes=(did("+12125550199", goes),))
    entry = first_match(flow, "schedule-always")
    assert actions(entry)[0] == ("set", "timezone=Asia/Tokyo")
    assert [data for app, data in actions(entry) if app == "transfer"] == [
        "1001 XML acme", "busy XML ended"
    ]  # fmt: skip


def test_the_same_destination_has_one_node_and_different_ones_have_their_own():
    near = target("external", "+19175550123", "number +12125550199")
    far = target("external", "+19175550123", "number +12125550199", toll="premium")
    flow = _flow(
        inbound_routes=(
            did("+12125550199", near),
            did("+12125550150", near),
            did("+12125550151", far),
        )
    )
    goes = [actions(first_match(flow, f"did-121255501{n}"))[-1] for n in (99, 50, 51)]
    assert goes[0] == goes[1] != goes[2]


def test_an_outside_call_shows_the_caller_s_number_only_where_it_may():
    own = target("external", "+19175550123", pass_caller_id=True)
    hidden = target("external", "+19175550124")
    flow = _flow(inbound_routes=(did("+12125550199", own), did("+12125550150", hidden)))
    shows = {
        entry.get("name"): actions(entry)[1]
        for entry in flow.findall("extension")
        if entry.get("name").startswith("external-")
    }
    assert shows == {
        "external-19175550123-extension-1001": ("execute_extension", "caller XML acme.flow"),
        "external-19175550124-extension-1001": ("execute_extension", "tenant XML acme.flow"),
    }


def test_an_emergency_number_as_destination_is_an_emergency_call():
    flow = _flow(inbound_routes=(did("+12125550199", target("external", "911")),))
    name = actions(first_match(flow, "did-12125550199"))[-1][1].split()[0]
    assert actions(first_match(flow, name))[-1] == ("transfer", "911 XML acme")


def test_a_recorded_greeting_goes_before_the_site_s():
    box = samples.mailbox("1999", of_extension=False, greeting="media/general.wav")
    entry = first_match(_flow(mailboxes=(box,)), "voicemail-1999")
    asked = entry.findall("condition")[1]
    recorded = "${vm_prefs(default/1999@acme.example.com|greeting_path)}"
    assert asked.get("field") == f"${{file_exists({recorded})}}"
    assert asked.get("expression") == "^true$"
    assert actions(asked) == [("unset", "voicemail_greeting_path")]
    path = "$${conf_dir}/tenants/acme/media/general.wav"
    assert actions(asked, "anti-action") == [("set", f"voicemail_greeting_path={path}")]


def test_a_mailbox_without_extension_can_be_dialled():
    phones = _phones(mailboxes=(samples.mailbox("1999", of_extension=False),))
    assert actions(first_match(phones, "1999")) == [("transfer", "voicemail-$1 XML acme.flow")]
    own = _phones(
        extensions=(extension("1001", mailbox="1001"),), mailboxes=(samples.mailbox("1001"),)
    )
    assert ("bridge", "user/$1@acme.example.com") in actions(first_match(own, "1001"))
