"""What is compiled leads back to where it was written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.origins import TABLES, Origin, Origins

TENANT: dict[str, Any] = {
    "caller_id": "+12125550199",
    "limits": {"concurrent_calls": 20},
    "extensions": {
        "1001": {"name": "Alice", "toll": "international", "voicemail": True},
        "1002": {"name": "Bob", "busy": {"voicemail": "1999"}, "caller_id": "+12125550150"},
        "1003": {"name": "Carol", "no_answer": {"external": "+12125550123"}},
    },
    "ring_groups": {"600": {"members": ["1001", "+12125550124"], "no_answer": {"voicemail": "1999"}}},
    "call_queues": {"800": {"timeout": {"voicemail": "1999"}, "no_agent": {"hangup": True}}},
    "ivr_menus": {"700": {"options": {"1": {"ring_group": "600"}}, "no_input": {"extension": "1001"}}},
    "conferences": {"900": {"name": "All"}},
    "voicemails": {"1999": {"name": "All"}},
    "paging": {"950": {"members": ["1001"]}},
    "follow_me": {"1002": {"destinations": ["1001", {"number": "+19175550123"}]}},
    "fax": {"accounts": {"1050": {}}},
    "parking": {"lot": "5900", "slots": "5901-5910"},
    "schedules": {
        "office": {
            "closed": ["2026-12-25", "12-31"],
            "open": ["Mon-Thu 09:00-17:00", "Fri 22:00-06:00", "Sat 10:00-24:00"],
        },
        "shift-2": {"open": ["Mon 09:00-17:00"]},
    },
    "inbound_routes": {
        "+12125550199": {
            "schedule": "office",
            "open": {"ivr": "700"},
            "closed": {"schedule": "shift-2", "open": {"extension": "1001"}, "closed": {"voicemail": "1999"}},
        },
        "212-555-0150": {"fax": "1050"},
    },
    "numbers": {"+12125550199": {}, "+12125550150": {}},
    "block": {"inbound": ["+1900*", "+12125550111", "anonymous"]},
    "do_not_call": ["+12125550177", "+44*"],
    "feature_codes": {"voicemail": "*97"},
}  # fmt: skip
PLATFORM: dict[str, Any] = {"feature_codes": {"dnd_on": "*78"}, "defaults": {"toll": "national"}}
ROUTES: dict[str, Any] = {"routes": {"us": {"prefix": "+1"}, "sos": {"exact": ["911"]}}}

ORIGINS = Origins("acme", TENANT, PLATFORM, ROUTES)
OWN = "tenants.d/acme"


def path(origin: Origin | None) -> str:
    """`tenants.d/acme` is left out: most stand there."""
    if origin is None:
        return ""
    steps = "/".join(map(str, origin.path))
    return steps if origin.document == OWN else f"{origin.document}:{steps}"


@pytest.mark.parametrize(
    ("context", "number", "written"),
    [
        ("acme", "1001", "extensions/1001"),
        ("acme", "600", "ring_groups/600"),
        ("acme", "800", "call_queues/800"),
        ("acme", "700", "ivr_menus/700"),
        ("acme", "900", "conferences/900"),
        ("acme", "1999", "voicemails/1999"),
        ("acme", "950", "paging/950"),
        ("acme", "5900", "parking/lot"),
        ("acme", "5904", "parking/slots"),
        ("acme", "911", "routes.yaml:routes/sos"),
        ("acme", "7777", ""),
        ("other", "1001", ""),
        ("acme.flow", "did-12125550199", "inbound_routes/+12125550199"),
        ("acme.flow", "did-12125550150", "inbound_routes/212-555-0150"),
        ("acme.flow", "schedule-office", "schedules/office"),
        ("acme.flow", "schedule-office-2", "schedules/office"),
        ("acme.flow", "schedule-shift-2", "schedules/shift-2"),
        ("acme.flow", "voicemail-1999", "voicemails/1999"),
        ("acme.flow", "voicemail-1001", "extensions/1001/voicemail"),
        ("acme.flow", "follow-1002", "follow_me/1002"),
        ("acme.flow", "missed-1002", "extensions/1002"),
        ("acme.flow", "left-800-NO_AGENT_TIMEOUT", "call_queues/800/no_agent"),
        ("acme.flow", "left-800-TIMEOUT", "call_queues/800/timeout"),
        ("acme.flow", "left-5900", "parking"),
        ("acme.flow", "external-19175550123-extension-1002", "follow_me/1002/destinations/1/number"),
        ("acme.flow", "external-12125550123-extension-1003", "extensions/1003/no_answer/external"),
        ("acme.flow", "external-12125550123-extension-1003-2", "extensions/1003/no_answer/external"),
        ("acme.flow", "external-12125550124-ring_group-600", "ring_groups/600/members/1"),
        ("acme.flow", "fax-1050", "fax/accounts/1050"),
        ("acme.flow", "room-900", "conferences/900"),
        ("acme.flow", "page-950", "paging/950"),
        ("acme.flow", "turn-600", "ring_groups/600"),
        ("acme.flow", "blocked", "block/inbound"),
        ("acme.flow", "emergency", "platform.yaml:emergency"),
        ("acme.flow", "bridged", ""),
        ("acme.pins", "900", "conferences/900"),
        ("outbound", "trunk-mycarrier", "providers.d/mycarrier.yaml:host"),
    ],
)  # fmt: skip
def test_where_a_call_comes_to(context: str, number: str, written: str) -> None:
    assert path(ORIGINS.came_to(context, number)) == written


@pytest.mark.parametrize(
    ("context", "entry", "number", "written"),
    [
        ("outbound", "us", "+12125550177", "routes.yaml:routes/us"),
        ("outbound", "trunk backup", "trunk-backup", "providers.d/backup.yaml:host"),
        ("outbound", "no route", "+99", ""),
        ("acme", "voicemail", "*97", "feature_codes/voicemail"),
        ("acme", "do not disturb", "*78", "platform.yaml:feature_codes/dnd_on"),
        ("acme", "emergency", "911", "routes.yaml:routes/sos"),
        ("acme", "cap", "1002", "limits/concurrent_calls"),
        ("acme", "extensions ringing 25 s", "1003", "extensions/1003"),
        ("acme.flow", "do not call", "outside-12125550177", "do_not_call/0"),
        ("acme.flow", "do not call", "outside-442079460000", "do_not_call/1"),
        ("acme.flow", "anonymous caller", "blocked", "block/inbound/2"),
    ],
)
def test_which_entry_took_it(context: str, entry: str, number: str, written: str) -> None:
    assert path(ORIGINS.matched(context, entry, number)) == written


def test_the_option_that_was_pressed() -> None:
    assert path(ORIGINS.pressed("700", "1")) == "ivr_menus/700/options/1"
    assert path(ORIGINS.pressed("700", "1001")) == "ivr_menus/700"
    assert path(ORIGINS.gave_up("700", "no_input")) == "ivr_menus/700/no_input"
    assert path(ORIGINS.gave_up("700", "invalid")) == "ivr_menus/700/no_input"


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        (0, "schedules/office/closed/0"),
        (1, "schedules/office/closed/1"),
        (2, "schedules/office/open/0"),
        # Over midnight: two conditions of one line.
        (3, "schedules/office/open/1"),
        (4, "schedules/office/open/1"),
        (5, "schedules/office/open/2"),
        (6, "schedules/office"),
    ],
)
def test_the_line_of_a_schedule(condition: int, written: str) -> None:
    assert path(ORIGINS.hours("schedule-office-2", condition)) == written


def test_the_branch_of_a_schedule() -> None:
    did = ORIGINS.came_to("acme.flow", "did-12125550199")
    closed = ORIGINS.branch(did, "schedule-office", False)
    assert path(closed) == "inbound_routes/+12125550199/closed"
    inner = ORIGINS.branch(closed, "schedule-shift-2", True)
    assert path(inner) == "inbound_routes/+12125550199/closed/open"
    assert ORIGINS.branch(did, "schedule-none", True) is None
    assert ORIGINS.branch(None, "schedule-office", True) is None


@pytest.mark.parametrize(
    ("reason", "caller", "number", "written"),
    [
        ("toll", "1001", "", "extensions/1001/toll"),
        ("toll", "1003", "", "platform.yaml:defaults/toll"),
        ("cap", "1003", "", "limits/concurrent_calls"),
        ("blocked", "", "+19005550123", "block/inbound/0"),
        ("blocked", "", "+12125550111", "block/inbound/1"),
        ("blocked", "", "anonymous", "block/inbound/2"),
        ("do_not_call", "1001", "12125550177", "do_not_call/0"),
        ("no_route", "1001", "", "routes.yaml:routes"),
        ("limit", "1001", "", "limits"),
        ("suspended", "1001", "", ""),
        ("not_found", "1001", "", ""),
    ],
)
def test_why_a_call_was_refused(reason: str, caller: str, number: str, written: str) -> None:
    assert path(ORIGINS.refused(reason, caller, number)) == written


def test_the_caller_id() -> None:
    assert path(ORIGINS.shown("1002")) == "extensions/1002/caller_id"
    assert path(ORIGINS.shown("1001")) == "caller_id"


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from([*TENANT]), JUNK), TEXT, st.sampled_from(["acme", "acme.flow"])
)
def test_data_of_any_shape_raises_nothing(data: dict[str, Any], number: str, context: str) -> None:
    origins = Origins("acme", data, data, data)
    for one in (
        number,
        "did-12125550199",
        "schedule-office",
        "external-1212-extension-1",
        "5901",
        "1001",
    ):
        origins.came_to(context, one)
        origins.refused("blocked", one, one)
        origins.hours(one, 1)


@given(
    st.dictionaries(
        st.integers(100, 9999).map(str), st.sampled_from(TABLES), min_size=1, max_size=30
    )
)
def test_each_number_leads_to_its_own_object(numbers: dict[str, str]) -> None:
    tenant: dict[str, Any] = {}
    for number, table in numbers.items():
        tenant.setdefault(table, {})[number] = {"name": number}
    origins = Origins("acme", tenant, {}, {})
    for number, table in numbers.items():
        assert path(origins.came_to("acme", number)) == f"{table}/{number}"
