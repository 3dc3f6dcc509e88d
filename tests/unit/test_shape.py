"""What pydantic found wrong, in the format's own words."""

from typing import Any

import pytest

from dialform.schema.diagnostic import Place
from dialform.schema.platform import Paths
from dialform.schema.shape import shape_check
from dialform.schema.tenant import Tenant


def told(**parts: Any) -> list[tuple[str, str, str]]:
    """Code, message and hint of each flaw of a tenant with these parts."""
    made, misfits = shape_check(Tenant, "t", {"company": "Acme", **parts})
    assert (made is None) == bool(misfits)
    found = [m.flaw.at(Place("x")) for m in misfits if m.flaw]
    return [(d.code, d.message, d.hint) for d in found]


@pytest.mark.parametrize(
    ("parts", "code", "message", "hint"),
    [
        ({"status": "paused"}, "DF0304", "'status' cannot be the text 'paused'", "one of active, suspended"),
        ({"status": "activ"}, "DF0304", "'status' cannot be the text 'activ'",
         "did you mean 'active'? one of active, suspended"),
        ({"status": True}, "DF0304", "'status' cannot be true", "one of active, suspended"),
        ({"status": "аctive"}, "DF0304", "'status' cannot be the text 'аctive'",
         "did you mean 'active'? (it has U+0430 CYRILLIC SMALL LETTER A) one of active, suspended"),
        ({"permissions": "devices"}, "DF0303", "'permissions' must be a list, not the text 'devices'",
         "write [a, b], or one '- a' a line"),
        ({"permissions": {"devices": True}}, "DF0303", "'permissions' must be a list, not a map",
         "write [a, b], or one '- a' a line"),
        ({"users": ["bob"]}, "DF0303", "'users' must be a map, not a list", ""),
        ({"company": None}, "DF0303", "'company' must be a text, not nothing", ""),
        ({"company": ""}, "DF0304", "the name is empty", ""),
        ({"limits": {"daily": "5"}}, "DF0303", "'daily' must be a whole number, not the text '5'",
         "write a whole number without quotes and without leading zeros"),
        ({"limits": {"daily": True}}, "DF0303", "'daily' must be a whole number, not true",
         "write a whole number without quotes and without leading zeros"),
        ({"limits": {"daily": -2}}, "DF0304", "'daily' must be at least -1, not -2", ""),
        ({"limits": {"daily": 10**18 - 1}}, "DF0304",
         "'daily' must be at most 1000000000, not 999999999999999999", ""),
        ({"limits": {"weekly": 1}}, "DF0301", "unknown key 'weekly'",
         "known here: concurrent_calls, concurrent_faxes, daily, hourly_spend_alert, low_credit_alert, monthly"),
        ({"caller_id": "1 2"}, "DF0406", "' ' is refused here: it has a meaning in a dial string",
         "digits, or E.164 as in +12125550199"),
        ({"ring_groups": {"600": {"name": "A", "members": []}}}, "DF0304", "'members' is empty",
         "name at least one"),
        ({"ivr_menus": {"700": {"name": "A", "greeting": "m", "options": {"x": {"hangup": True}}}}},
         "DF0305", "'x' cannot be pressed", "0-9, * or #"),
        ({"subscription": {"package": "p", "overrides": {"chairs": 1}}}, "DF0305",
         "'chairs' cannot be a key of 'overrides'",
         "one of ring_groups, call_queues, voicemails, conferences, music_on_hold, extensions, devices, "
         "ivr_menus, voice_minutes, fax_pages, conference_minutes"),
        ({"devices": {"8O5ec0a1b2c4": {"label": "A", "vendor": "snom"}}}, "DF0305",
         "'8O5ec0a1b2c4' is neither a MAC address nor a slug",
         "did you mean 805ec0a1b2c4? Its digits are 0 to 9 and a to f"),
        ({"devices": {"80:5e:c0": {"label": "A", "vendor": "snom"}}}, "DF0305",
         "'80:5e:c0' is neither a MAC address nor a slug", "12 hex digits, or a slug for a webphone"),
        ({"extensions": {"1001": {"name": "A", "password": ["secret word"]}}}, "DF0303",
         "a secret is no such thing as a list", 'one of {secret: name}, {env: NAME}, {age: "..."}'),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_the_way_out(
    parts: dict[str, Any], code: str, message: str, hint: str
) -> None:
    assert told(**parts) == [(code, message, hint)]


def test_keys_inside_of_lists_and_alternatives_are_known() -> None:
    group = {"name": "A", "members": [{"number": "1001", "dealy": 5}]}
    ((_, _, hint),) = told(ring_groups={"600": group})
    assert hint == "did you mean 'delay'?"
    ((_, _, hint),) = told(extensions={"1001": {"name": "A", "voicemail": {"pni": "1"}}})
    assert hint == "did you mean 'pin'?"
    ((_, _, hint),) = told(extensions={"1001": {"name": "A", "busy": {"extention": "1"}}})
    assert hint == "did you mean 'extension'?"


def test_a_secret_is_never_repeated() -> None:
    parts = {
        "extensions": {
            "1001": {"name": "A", "password": {"secret": "hunter 2/.."}},
            "1002": {"name": "A", "password": {"plain": "hunter2"}},
            "1003": {"name": "A", "password": "hunter2${x}"},
            "1004": {"name": "A", "password": "hunter2\n"},
            "1005": {"name": "A", "password": {"env": "hunter2-"}},
        }
    }
    found = told(**parts)
    assert len(found) == 5
    assert "hunter" not in str(found)


def test_every_flaw_at_once() -> None:
    found = told(
        status="x",
        contact="y",
        users={"bob": {"role": "z"}},
        extensions={"1001": {"name": "A", "toll": 1}},
    )
    assert [code for code, _, _ in found] == ["DF0304", "DF0304", "DF0302", "DF0304", "DF0304"]


@pytest.mark.parametrize("path", ["/srv/my calls", "/srv/a,b", "/srv/{a}", "/srv/a'b", "/srv/a\tb"])
def test_a_folder_of_a_host_has_nothing_with_a_meaning_to_the_switch(path: str) -> None:
    """`record_session` would take what stands behind a blank for something else."""
    made, misfits = shape_check(Paths, "t", {"recordings": path})
    assert made is None
    assert misfits
    assert shape_check(Paths, "t", {"recordings": "/srv/calls-1.2_x"})[0] is not None
