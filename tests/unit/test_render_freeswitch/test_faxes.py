"""What calls to fax accounts come to, and numbers that are for voice and fax."""

import re

import pytest

from dialform.compiler.resolved import InboundRoute
from dialform.renderers.freeswitch import faxes, render_tenant, tones

from . import samples
from .samples import actions, context, did, extension, fax_account, first_match, target

FAXES = did("+12125550150", target("fax", "1050"))
SHARED = InboundRoute("+12125550199", "north", target("extension", "1001"), detect_fax="1050")
FOLDER = "$${storage_dir}/fax/acme/1050"


def _context(name, **fields):
    given = {"fax_accounts": (fax_account(),), "inbound_routes": (FAXES,), **fields}
    return context(
        samples.xml(render_tenant(samples.tenant(**given)), "dialplan.xml"), f"acme{name}"
    )


def _fax(**fields):
    return actions(first_match(_context(".flow", **fields), "fax-1050"))


def _variables(done):
    """What a series of actions sets, `set` and `multiset` alike."""
    found = [data.removeprefix("^^;").split(";") for app, data in done if app == "multiset"]
    found += [[data] for app, data in done if app == "set"]
    return dict(pair.split("=", 1) for pairs in found for pair in pairs)


# A fax account.


def test_a_fax_is_received_into_its_accounts_part_of_the_spool():
    assert _fax()[-5:] == [
        ("mkdir", FOLDER),
        ("answer", ""),
        ("sched_hangup", f"+{faxes.LONGEST} ALLOTTED_TIMEOUT"),
        ("rxfax", f"{FOLDER}/${{uuid}}.tif"),
        ("hangup", ""),
    ]


def test_the_leg_says_whose_fax_it_is_and_asks_for_t38_and_error_correction():
    assert _variables(_fax()) == {
        "dialform_fax": "1050", "absolute_codec_string": "PCMU,PCMA", "fax_enable_t38": "true", "fax_enable_t38_request": "true",
        "fax_use_ecm": "true", "fax_ident": "+12125550150",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("account", "variable"),
    [
        ({"t38": False}, ("fax_enable_t38", "false")),
        ({"t38": False}, ("fax_enable_t38_request", "false")),
        ({"ecm": False}, ("fax_use_ecm", "false")),
        ({"station_id": "Acme 50"}, ("fax_ident", "Acme 50")),
    ],
)
def test_an_account_decides_how_it_receives(account, variable):
    name, value = variable
    assert _variables(_fax(fax_accounts=(fax_account(**account),)))[name] == value


def test_an_account_without_a_name_of_its_own_shows_none():
    assert "fax_ident" not in _variables(_fax(fax_accounts=(fax_account(station_id=""),)))


def test_who_may_not_receive_faxes_receives_none():
    done = _fax(fax_accounts=(fax_account(receives=False),))
    assert done == [("transfer", "not_allowed XML refused")]


def test_a_number_without_an_account_receives_nothing():
    assert _fax(fax_accounts=()) == [("transfer", "not_found XML refused")]


def test_only_accounts_that_calls_are_sent_to_stand_in_the_dialplan():
    assert first_match(_context(".flow", inbound_routes=()), "fax-1050") is None


# A number for voice and fax.


def test_a_number_for_both_rings_while_it_listens_for_a_fax_tone():
    done = actions(first_match(_context(".flow", inbound_routes=(SHARED,)), "did-12125550199"))
    heard = f"transfer 'fax-1050 XML acme.flow' {faxes.LISTENS} cng"
    assert done[-5:] == [
        ("set", "absolute_codec_string=PCMU,PCMA"),
        ("answer", ""),
        ("spandsp_start_fax_detect", heard),
        ("playback", "tone_stream://%(2000,3000,440,480)"),
        ("transfer", "1001 XML acme"),
    ]


def test_it_counts_before_it_is_answered():
    shared = {"inbound_routes": (SHARED,), "cap": 3}
    apps = [app for app, _ in actions(first_match(_context(".flow", **shared), "did-12125550199"))]
    assert apps.index("limit") < apps.index("answer")


def test_a_fax_that_is_received_is_listened_for_no_more():
    assert ("spandsp_stop_fax_detect", "") in _fax(inbound_routes=(SHARED,))
    assert ("spandsp_stop_fax_detect", "") not in _fax()


def test_numbers_for_voice_alone_are_not_answered_early():
    plain = did("+12125550198", target("extension", "1001"))
    done = actions(
        first_match(_context(".flow", inbound_routes=(SHARED, plain)), "did-12125550198")
    )
    assert {"answer", "spandsp_start_fax_detect"}.isdisjoint(app for app, _ in done)


@pytest.mark.parametrize("accounts", [(), (fax_account(receives=False),)])
def test_nobody_listens_for_whom_no_account_receives(accounts):
    flow = _context(".flow", inbound_routes=(SHARED,), fax_accounts=accounts)
    done = actions(first_match(flow, "did-12125550199"))
    assert {"answer", "spandsp_start_fax_detect"}.isdisjoint(app for app, _ in done)


def test_a_suspended_tenant_listens_for_no_fax():
    suspended = _context(".flow", inbound_routes=(SHARED,), suspended=True)
    done = actions(first_match(suspended, "did-12125550199"))
    assert done[-1] == ("execute_extension", "suspended XML acme.flow")
    assert "spandsp_start_fax_detect" not in [app for app, _ in done]


@pytest.mark.parametrize("country", ["US", "GB", "DE", "JP", "FR", "XX"])
@pytest.mark.parametrize("milliseconds", [200, 700, faxes.RINGS, 9000])
def test_a_ring_is_cut_to_last_just_so_long(country, milliseconds):
    parts = re.findall(r"%\((\d+),(\d+),([\d,]+)\)", tones.ring_for(country, milliseconds))
    assert sum(int(on) + int(off) for on, off, _ in parts) == milliseconds
    assert {hertz for _, _, hertz in parts} <= set(
        re.findall(r",([\d,]+)\)", re.sub(r"%\(\d+,\d+", "", tones.ringback(country)))
    )


# A fax machine of an extension.


def _machine(**fields):
    return (extension("1050", **{"type": "fax", **fields}),)


def test_a_fax_machine_that_is_not_there_has_its_account_receive():
    phones = _context("", extensions=_machine())
    assert actions(first_match(phones, "1050"))[-2:] == [
        ("bridge", "user/$1@acme.example.com"),
        ("transfer", "missed-$1 XML acme.flow"),
    ]
    missed = first_match(_context(".flow", extensions=_machine()), "missed-1050")
    assert actions(missed)[1:] == [
        ("transfer", "fax-1050 XML acme.flow"),
        ("hangup", "${originate_disposition}"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"extensions": (extension("1050"),)},
        {"fax_accounts": ()},
        {"fax_accounts": (fax_account(receives=False),)},
        {"fax_accounts": (fax_account("1051"),)},
    ],
    ids=["a phone", "no account", "may not receive", "another's account"],
)
def test_nothing_else_receives_in_its_place(given):
    given = {"extensions": _machine(), "inbound_routes": (), **given}
    assert actions(first_match(_context("", **given), "1050"))[-1] == (
        "hangup", "${originate_disposition}"
    )  # fmt: skip


def test_its_own_destination_goes_before_the_account():
    elsewhere = _machine(unregistered=target("extension", "1001"))
    missed = first_match(_context(".flow", extensions=elsewhere), "missed-1050")
    assert ("transfer", "1001 XML acme") in actions(missed)
