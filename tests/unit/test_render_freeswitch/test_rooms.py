"""Conferences and paging in the files: who is asked for what, and what stands where."""

import hashlib
import re

import pytest

from dialform.compiler.resolved_rooms import Conference, Paging
from dialform.renderers.freeswitch import render_tenant

from . import samples
from .samples import actions, context, first_match, target

PINS = {"pin": "4711", "moderator_pin": "081500"}
CODES = (("conference", "*3"), ("intercom", "*90"))


def _files(*rooms, **fields):
    return render_tenant(samples.tenant(conferences=rooms, **fields))


def _dialplan(*rooms, **fields):
    return samples.xml(_files(*rooms, **fields), "dialplan.xml")


def _settings(files, number):
    inside = context(samples.xml(files, "dialplan.xml"), "acme.flow")
    done = actions(first_match(inside, f"room-{number}"))
    return dict(data.split("=", 1) for app, data in done if app == "set")


def test_a_tenant_without_rooms_has_nothing_of_them():
    files = _files()
    assert not [a for a in files if a.path.endswith("rooms.xml")]
    text = samples.content(files, "dialplan.xml")
    assert "conference" not in text
    assert "limit_usage" not in text
    assert "hash phone" not in samples.content(files, "directory.xml")


def test_pins_stand_as_hashes_in_a_secret_file_alone():
    files = _files(Conference("900", "All hands", **PINS))
    (secret,) = (a for a in files if a.path.endswith("rooms.xml"))
    assert secret.secret
    hashes = [hashlib.md5(f"acme.900:{pin}".encode()).hexdigest() for pin in PINS.values()]
    assert all(digest in (secret.content or b"").decode() for digest in hashes)
    for file in files:
        text = (file.content or b"").decode()
        assert not [pin for pin in PINS.values() if pin in text]
        if file is not secret:
            assert not [digest for digest in hashes if digest in text]


def test_the_same_pin_of_another_room_or_tenant_has_another_hash():
    def hashes(slug, number):
        tenant = samples.tenant(slug, conferences=(Conference(number, "R", pin="4711"),))
        return set(re.findall("[0-9a-f]{32}", samples.content(render_tenant(tenant), "rooms.xml")))

    assert len(hashes("acme", "900") | hashes("acme", "901") | hashes("lab", "900")) == 3


def test_who_knows_the_pin_comes_in_and_the_moderator_as_such():
    room = samples.xml(_files(Conference("900", "R", **PINS)), "rooms.xml")
    entry = first_match(room.find("context"), "pin-900")
    moderator, member = list(entry)[1:]
    assert [a.get("data") for a in moderator] == [
        "conference_member_flags=moderator",
        "room-900 XML acme.flow",
    ]
    assert moderator.get("break") == "on-true"
    assert [a.get("data") for a in member] == ["room-900 XML acme.flow"]
    asked = [data for app, data in actions(first_match(room.find("context"), "900"))]
    assert len([data for data in asked if data.startswith("0 6 1 ")]) == 3
    assert asked[-1] == "CALL_REJECTED"


def test_without_a_pin_who_presses_nothing_comes_in():
    room = samples.xml(_files(Conference("900", "R", moderator_pin="081500")), "rooms.xml")
    last = list(first_match(room.find("context"), "pin-900"))[-1]
    assert (last.get("field"), last.get("expression")) == ("${dialform_pin}", "^$")


def test_a_room_without_pins_asks_nobody():
    phones = context(_dialplan(Conference("900", "R")), "acme")
    assert actions(first_match(phones, "900"))[-1] == ("transfer", "room-900 XML acme.flow")


def test_settings_of_a_room_are_all_said_each_time():
    """What an earlier room of the same call set must not hold here."""
    plain = _settings(_files(Conference("900", "R")), "900")
    assert plain["conference_max_members"] == plain["conference_flags"] == ""
    assert plain["conference_moh_sound"] == plain["conference_auto_record"] == ""
    full = _settings(
        _files(Conference("900", "R", max_members=7, music="jazz", record=True, waits=True)), "900"
    )
    assert full["conference_max_members"] == "7"
    assert full["conference_flags"] == "wait-mod"
    assert full["conference_moh_sound"] == "local_stream://acme.jazz"
    assert full["conference_auto_record"].startswith(
        "$${recordings_dir}/acme/conferences/900/${strftime_tz(America/New_York "
    )


@pytest.mark.parametrize("kind", ["conference"])
def test_a_number_leads_to_a_room(kind):
    flow = context(
        _dialplan(
            Conference("900", "R"),
            inbound_routes=(samples.did("+12125550199", target(kind, "900")),),
        ),
        "acme.flow",
    )
    assert actions(first_match(flow, "did-12125550199"))[-1] == ("transfer", "900 XML acme")


def test_codes_are_there_only_where_they_are_set():
    assert "adhoc" not in samples.content(_files(), "dialplan.xml")
    text = samples.content(_files(feature_codes=CODES), "dialplan.xml")
    assert "^\\*3([0-9]{0,6})$" in text
    assert "^\\*90([0-9]{2,6})$" in text


def test_a_page_asks_of_each_member_whether_it_may_be_disturbed():
    groups = (Paging("950", "Shop", ("1001", "1002")),)
    flow = context(_dialplan(paging=groups), "acme.flow")
    entry = first_match(flow, "page-950")
    fields = [c.get("field") for c in entry][1:-1]
    assert len(fields) == 2
    for number, field in zip(("1001", "1002"), fields, strict=True):
        assert f"${{db(select/acme-dnd/{number})}}" in field
        assert f"${{limit_usage(hash phone acme.{number})}}" in field
    assert "limit hash phone acme.${dialed_user}" in samples.content(
        _files(paging=groups), "directory.xml"
    )
