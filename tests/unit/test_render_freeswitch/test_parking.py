"""The parking lot in the dialplan: its names, its numbers, and who reaches it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.resolved_rooms import Parking
from dialform.renderers.freeswitch.parking import between, lot
from dialform.renderers.freeswitch.tenant import render_tenant

from . import samples


def _tenant(**fields):
    parking = Parking("5900", 5901, 5910, 90, True)
    return samples.tenant(**{"parking": parking, **fields})


def _flow(tenant):
    plan = samples.xml(render_tenant(tenant), "dialplan.xml")
    return samples.context(plan, f"{tenant.slug}.flow")


@given(st.integers(1, 999_999), st.integers(0, 999), st.integers(-1200, 1200))
def test_slots_as_a_regular_expression(first, more, off):
    last = first + more
    if len(str(last)) != len(str(first)):
        last = 10 ** len(str(first)) - 1
    number = max(0, first + off)
    found = re.fullmatch(between(first, last), str(number))
    assert bool(found) == (first <= number <= last)


def test_a_thousand_slots_are_a_short_expression():
    assert len(between(1001, 2000)) < 60


def test_the_lot_is_named_after_tenant_and_domain():
    acme = lot(_tenant())
    other = lot(_tenant(slug="globex", domain="globex.example.com"))
    assert acme is not None and other is not None
    assert acme.name == "acme@acme.example.com"
    assert other.name == "globex@globex.example.com"


def test_full_counts_every_slot():
    found = lot(_tenant())
    assert found is not None
    taken = '<lots>\n  <lot name="x">\n' + "".join(
        f'    <extension uuid="u-{slot}">{slot}</extension>\n' for slot in range(5901, 5911)
    )
    assert re.search(found.full, taken)
    assert not re.search(
        found.full, taken.replace('    <extension uuid="u-5905">5905</extension>\n', "")
    )


def test_only_phones_and_who_they_transferred_reach_the_lot():
    plan = samples.xml(render_tenant(_tenant()), "dialplan.xml")
    for number in ("5900", "5901", "5910"):
        entry = samples.first_match(samples.context(plan, "acme"), number)
        assert entry is not None and entry.get("name") == "parking"
        assert [c.get("field") for c in entry.findall("condition")][1] == (
            "${dialform_extension}${dialform_parker}"
        )
        assert samples.actions(entry, "anti-action") == [("transfer", "not_found XML refused")]
    after = samples.first_match(samples.context(plan, "acme"), "5911")
    assert after is None or after.get("name") != "parking"


def test_a_tenant_without_parking_has_nothing_of_it():
    files = render_tenant(samples.tenant(feature_codes=(("park", "*5"),)))
    text = samples.content(files, "dialplan.xml")
    assert "valet" not in text and "parker" not in text


@pytest.mark.parametrize("codes", [(), (("park", "*5"),)])
def test_the_code_of_parking_stands_only_where_it_is_set(codes):
    text = samples.content(render_tenant(_tenant(feature_codes=codes)), "dialplan.xml")
    assert ("feature-park" in text) == bool(codes)


def test_nobody_is_called_back_who_does_not_want_it():
    quiet = Parking("5900", 5901, 5910, 90, False)
    assert "originate {" in samples.content(render_tenant(_tenant()), "dialplan.xml")
    text = samples.content(render_tenant(_tenant(parking=quiet)), "dialplan.xml")
    assert "originate {" not in text


def test_a_slot_taken_over_still_counts_under_the_cap():
    for cap in (0, 5):
        names = [
            data
            for entry in _flow(_tenant(cap=cap)).findall("extension")
            if entry.get("name") == "over"
            for application, data in samples.actions(entry)
            if application == "execute_extension"
        ]
        assert names == (["counts XML acme.flow"] if cap else [])


def test_who_takes_a_call_counts_only_where_nobody_does_yet():
    for cap in (0, 5):
        limits = [
            data
            for entry in _flow(_tenant(cap=cap)).findall("extension")
            if entry.get("name") == "out of a slot"
            for application, data in samples.actions(entry)
            if application == "limit"
        ]
        assert limits == (["hash tenant acme 5 cap XML refused"] if cap else [])
