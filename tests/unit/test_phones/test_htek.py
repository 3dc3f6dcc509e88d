"""Htek's file: settings by number, XML."""

from xml.etree import ElementTree

import pytest
from hypothesis import given

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey
from dialform.renderers.phones.htek import numbers
from dialform.renderers.phones.templating import one_line
from dialform.values import replace

from . import samples, zones

MODEL = "uc926"


def settings(phone: Phone) -> dict[int, str]:
    """Values by number. No number stands twice."""
    root = ElementTree.fromstring(samples.files(phone)[f"cfg{phone.mac}.xml"])
    assert root.tag == "hl_provision"
    found: dict[int, str] = {}
    for one in root.findall("config/*"):
        number = int(one.tag.removeprefix("P"))
        assert number not in found, one.get("para")
        found[number] = one.text or ""
    return found


def plain(**fields: object) -> Phone:
    return samples.plain("htek", MODEL, **fields)


def key(phone: Phone, place: int) -> list[str]:
    said = settings(phone)
    return [said[number] for number in numbers.line_key(place)]


def test_the_phone_asks_at_its_own_address_from_then_on() -> None:
    said = settings(plain())
    assert said[237] == f"{samples.BASE}{samples.TOKEN}"
    assert (said[212], said[145], said[20165], said[20933]) == ("3", "0", "0", "0")
    assert settings(plain(url="http://10.0.0.1/p/abc/"))[212] == "2"
    assert 237 not in settings(plain(url=""))


def test_it_trusts_no_server_without_a_good_certificate() -> None:
    assert settings(plain())[23377] == "1"


def test_no_login_keeps_the_password_that_everybody_knows() -> None:
    said = settings(plain())
    assert said[2] == samples.ADMIN_PASSWORD
    assert len(said[196]) == 24 and said[196] != said[2]


def test_four_lines_have_numbers_of_their_own() -> None:
    lines = tuple(samples.line(str(1001 + n)) for n in range(4))
    said = settings(plain(lines=lines))
    for n, line in enumerate(lines):
        own = {name: said[row[n]] for name, row in numbers.ACCOUNTS.items()}
        assert own["SipUserId"] == own["AuthenticateID"] == line.extension
        assert own["AuthenticatePassword"] == line.password
        assert own["Profile"] == str(n)
        assert (own["Active"], own["Sipserver"]) == ("1", f"{samples.DOMAIN}:5060")


def test_a_line_that_is_gone_goes_from_the_phone() -> None:
    said = settings(plain())
    for n in (1, 2, 3):
        assert said[numbers.ACCOUNTS["Active"][n]] == "0"
        assert said[numbers.ACCOUNTS["AuthenticatePassword"][n]] == ""


def test_a_server_is_the_outbound_proxy() -> None:
    said = settings(plain(lines=(samples.line(server="192.0.2.7", port=5080),)))
    assert (said[47], said[48]) == (samples.DOMAIN, "192.0.2.7:5080")


def test_codecs_fill_the_six_choices() -> None:
    said = settings(plain(codecs=("G722", "VP8", "PCMA")))
    assert [said[number] for number in (57, 58, 59, 60, 61, 62)] == ["9", "8", "8", "8", "8", "8"]


def test_codes_for_the_phones_own_menus() -> None:
    said = settings(plain(codes=Codes("*78", "*79", "*72", "*73", "*8")))
    assert [said[n] for n in (53200, 53201, 53102, 53103)] == ["*78", "*79", "*72", "*73"]


def test_keys_of_every_kind() -> None:
    """Type, value, label, account, code that picks up."""
    kinds = ("line", "blf", "park", "speed-dial", "dnd", "forward", "voicemail", "page", "none")
    vendor = replace(samples.known("htek"), kinds=kinds)
    phone = plain(keys=samples.keys(vendor, len(kinds)))
    assert [key(phone, place) for place in range(1, 10)] == [
        ["1", "", "First line", "0", ""],
        ["3", "1002", "Bob Roe", "0", "*8"],
        ["3", "park+5901", "Slot 1", "0", ""],
        ["2", "+12125550177", "City Dentist", "0", ""],
        ["21", "", "DND", "0", ""],
        ["2", "*72+19175550123", "To mobile", "0", ""],
        ["5", "*98", "Voicemail", "0", ""],
        ["2", "950", "Everybody", "0", ""],
        ["0", "", "", "0", ""],
    ]


def test_a_key_dials_by_its_line() -> None:
    phone = plain(keys=(PhoneKey("speed-dial", "x", "2000", line=3),))
    assert key(phone, 1)[3] == "2"


def test_modules_follow_the_phone() -> None:
    keys = tuple(PhoneKey("speed-dial", f"K{n}", f"77{n:03}") for n in range(36 + 41))
    said = settings(plain(keys=keys, modules=("uc46", "uc46")))
    assert said[numbers.module_key(1, 1)[1]] == "77036"
    assert said[numbers.module_key(1, 40)[1]] == "77075"
    assert said[numbers.module_key(2, 1)[1]] == "77076"
    assert said[numbers.module_key(2, 2)[0]] == "0"


def test_keys_beside_the_screen_have_no_label() -> None:
    keys = tuple(PhoneKey("speed-dial", f"K{n}", f"77{n:03}") for n in range(14))
    said = settings(samples.plain("htek", "uc862", keys=keys))
    assert (said[42200], said[42300], said[42209], said[42309]) == ("2", "77004", "2", "77013")


@pytest.mark.parametrize(
    ("zone", "number", "saving"),
    [
        ("America/New_York", 18, 2), ("Europe/London", 38, 2), ("Europe/Berlin", 49, 2),
        ("Australia/Sydney", 96, 2), ("Asia/Jerusalem", 61, 2), ("UTC", 38, 0),
        ("Asia/Tokyo", 93, 0), ("America/Phoenix", 9, 0), ("Pacific/Chatham", 103, 2),
    ],
)  # fmt: skip
def test_time_zones_are_places(zone: str, number: int, saving: int) -> None:
    said = settings(plain(clock=clock_of(zone)))
    assert (said[64], said[75]) == (str(number), str(saving))


@pytest.mark.parametrize("zone", [*zones.ZONES, *zones.STEADY, *zones.ODD])
def test_daylight_saving_is_on_where_there_is_some(zone: str) -> None:
    clock = clock_of(zone)
    assert settings(plain(clock=clock))[75] == ("2" if clock.saving else "0")


@given(samples.NAMES, samples.TEXTS, samples.PASSWORDS)
def test_whatever_people_write_comes_back(name: str, text: str, password: str) -> None:
    said = settings(
        plain(
            lines=(samples.line(name=name, label=name, password=password),),
            keys=(PhoneKey("speed-dial", name, text),),
            ntp=text,
            admin_password=password,
        )
    )
    assert (said[20000], said[3]) == (one_line(name), one_line(name))
    assert (said[34], said[2]) == (one_line(password), one_line(password))
    assert (said[30], said[41300], said[41400]) == (one_line(text), one_line(text), one_line(name))
