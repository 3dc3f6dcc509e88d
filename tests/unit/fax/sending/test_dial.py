"""The dial string of a fax: what it says, and that nothing breaks out of it."""

import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.fax.sending.dial import Dial, DialError, command
from dialform.fax.sending.header import drawn, encoded
from dialform.fax.sending.ladder import Rung
from dialform.renderers.freeswitch.marks import billed
from dialform.values import replace

from .made import ACCOUNT, COMPANY, JOB, TRUNK, WAY, WAYS

UUID = "0f9e2c1a-0b6b-4a56-9a33-0a4f2f7f2b11"
DIAL = Dial(
    uuid=UUID, job=JOB, company=COMPANY, account=ACCOUNT, way=WAY, trunk=TRUNK,
    rung=Rung(True, True, True), start=0, file=Path(f"/var/lib/dialform/fax/out/{UUID}.tif"),
    revision="abc123",
)  # fmt: skip

WHOLE = re.compile(r"originate '\{\^\^;([^{}'\\$]*)\}([^ '{}\[\]<>|,]+)' '&txfax\(([^'()$]+)\)'")


def parts(dial: Dial = DIAL) -> tuple[dict[str, str], str, str]:
    found = WHOLE.fullmatch(command(dial, WAYS))
    assert found is not None
    pairs = [one.split("=", 1) for one in found[1].split(";")]
    assert len({name for name, _ in pairs}) == len(pairs)
    return {one[0]: one[1] for one in pairs}, found[2], found[3]


def test_it_dials_the_trunk_and_sends_the_file() -> None:
    variables, place, file = parts()
    assert place == "sofia/gateway/north/+12125550177"
    assert file == f"/var/lib/dialform/fax/out/{UUID}.tif"
    assert variables["origination_uuid"] == UUID
    assert variables["ignore_early_media"] == "true"
    assert variables["absolute_codec_string"] == "PCMU,PCMA"
    assert variables["origination_caller_id_number"] == "+12125550150"


def test_a_trunk_gets_numbers_as_it_wants_them() -> None:
    variables, place, _ = parts(replace(DIAL, trunk=WAYS.trunks["south"]))
    assert place == "sofia/gateway/south/12125550177"
    assert variables["origination_caller_id_number"] == "12125550150"
    assert variables["dialform_to"] == "+12125550177"


def test_its_record_says_all_that_a_bill_needs() -> None:
    variables, _, _ = parts()
    says = {
        "dialform_tenant": "acme", "dialform_direction": "outbound", "dialform_trunk": "north",
        "dialform_to": "+12125550177", "dialform_fax": "1050", "dialform_bill_route": "us-fax",
        "dialform_bill_plan": "standard", "dialform_bill_extension": "1050",
        "dialform_bill_object": "fax 1050", "dialform_call": UUID, "dialform_revision": "abc123",
    }  # fmt: skip
    assert says.items() <= variables.items()
    empty = {"dialform_bill_urgent", "dialform_bill_forwarder"}
    assert billed().keys() - empty <= variables.keys()


def test_it_counts_for_its_trunk_and_its_tenant_with_causes_of_their_own() -> None:
    variables, _, _ = parts()
    assert variables["execute_on_originate_cap"] == "limit hash tenant acme 20 !BOWOUT"
    assert variables["execute_on_originate_trunk"] == "limit hash trunk north 60 !PICKED_OFF"
    assert variables["limit_ignore_transfer"] == "true"
    assert variables["dialform_holds"] == "true"


def test_where_nothing_is_capped_nothing_is_counted() -> None:
    variables, _, _ = parts(
        replace(DIAL, company=replace(COMPANY, cap=0), trunk=WAYS.trunks["south"])
    )
    assert not [name for name in variables if "limit" in name or "execute" in name]
    assert "dialform_holds" not in variables


def test_a_rung_is_what_spandsp_is_told() -> None:
    variables, _, _ = parts(replace(DIAL, rung=Rung(False, False, False)))
    assert variables["fax_enable_t38"] == "false"
    assert variables["fax_use_ecm"] == "false"
    assert variables["fax_disable_v17"] == "true"
    assert parts()[0]["fax_disable_v17"] == "false"


def test_a_fax_that_goes_on_starts_behind_what_was_confirmed() -> None:
    assert parts(replace(DIAL, start=2))[0]["fax_start_page"] == "2"
    assert "fax_start_page" not in parts()[0]


def test_the_time_zone_is_the_tenants() -> None:
    assert unquote_to_bytes(parts()[0]["fax_timezone"]) == b"America/New_York"


HOSTILE = [
    "O'Brien & Co", "${system rm -rf /}", "$${x}", "a;fax_ident=x", "a}sofia/gateway/x/1", "{a=b}",
    "[x]", "a,b|c:_:d", "a\\'b", 'say "x"', "a\nb", "a\rb\0c", "^^;", "100%41", "%27%3B", "<a>", "a=b",
    "' &system(x) '", "Ærø Ünïcödé 漢字 😀", " ", "x" * 500,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_people_breaks_out(text: str) -> None:
    account = replace(ACCOUNT, header=text, station_id=text)
    variables, place, file = parts(replace(DIAL, account=account))
    clean, same_place, same_file = parts()
    assert (place, file, variables.keys()) == (same_place, same_file, clean.keys())
    changed = {name for name in clean if clean[name] != variables[name]}
    assert changed <= {"fax_header", "fax_ident"}
    assert unquote_to_bytes(variables["fax_ident"]) == text.encode()


@given(st.text())
def test_any_text_is_letters_digits_and_percent_and_comes_back(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9%]*", encoded(text))
    assert unquote_to_bytes(encoded(text)) == text.encode("utf-8")


@given(st.text())
def test_any_header_fits_and_has_nothing_that_ends_a_line(text: str) -> None:
    found = drawn(text)
    assert len(found) <= 50
    assert not set(found) & set(range(32))


@pytest.mark.parametrize(
    ("text", "glyphs"),
    [
        ("Acme Corp", b"Acme Corp"),
        ("Café Müller & Söhne", b"Caf\x82 M\x81ller & S\x94hne"),
        ("Ærø", b"\x91ro"),  # æ is there, ø is not
        ("Cafe\N{COMBINING ACUTE ACCENT}", b"Caf\x82"),
        ("Łódź – “x”", b'L\xa2dz - "x"'),
        ("漢字", b"??"),
        ("  a \t b  ", b"a b"),
    ],
)
def test_a_header_is_written_in_the_glyphs_that_spandsp_has(text: str, glyphs: bytes) -> None:
    assert drawn(text) == glyphs.replace(b"\x91ro", "Æro".encode("cp437"))


@pytest.mark.parametrize(
    "path", ["/x/a'b.tif", "/x/${y}.tif", "/x/a)b.tif", "/x/a\nb.tif", "a.tif"]
)
def test_a_folder_that_a_dial_string_cannot_hold_is_refused(path: str) -> None:
    with pytest.raises(DialError, match="--state"):
        command(replace(DIAL, file=Path(path)), WAYS)


@pytest.mark.parametrize("number", ["+1212;x", "+1212 5", "x", "", "+12,+13", "1@evil"])
def test_what_is_no_number_is_not_dialled(number: str) -> None:
    with pytest.raises(DialError):
        command(replace(DIAL, job=replace(JOB, to=number)), WAYS)


@pytest.mark.parametrize("plan", ["a;b", "a'b", "a:_:b", "a=b", "a\nb", "a\\b", "é"])
def test_a_mark_that_has_a_sign_of_its_own_is_refused(plan: str) -> None:
    with pytest.raises(DialError, match="dialform_bill_plan"):
        command(replace(DIAL, way=replace(WAY, plan=plan)), WAYS)
