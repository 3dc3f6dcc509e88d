"""Snom's file: settings and function keys, XML."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, Screen
from dialform.renderers.phones.render import named
from dialform.renderers.phones.templating import one_line

from . import samples, zones

MODEL = "d785"


def root_of(phone: Phone) -> Element:
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac.upper()}.xml"])
    assert root.tag == "settings"
    return root


def settings(phone: Phone) -> dict[str, str]:
    """Settings by name, with their index behind it where they have one (`user_name 1`)."""
    section = root_of(phone).find("phone-settings")
    assert section is not None
    found: dict[str, str] = {}
    for one in section:
        name = f"{one.tag} {one.attrib['idx']}" if "idx" in one.attrib else one.tag
        assert name not in found
        assert one.attrib["perm"] in ("R", "RW")
        found[name] = one.text or ""
    return found


def keys_of(phone: Phone) -> list[Element]:
    section = root_of(phone).find("functionKeys")
    assert section is not None
    assert [int(one.attrib["idx"]) for one in section] == list(range(len(section)))
    return list(section)


def plain(**fields: object) -> Phone:
    return samples.plain("snom", MODEL, **fields)


def test_the_phone_asks_at_its_own_address_from_then_on() -> None:
    said = settings(plain())
    assert said["setting_server"] == f"{samples.BASE}{samples.TOKEN}/{samples.MAC.upper()}.xml"
    assert said["prov_polling_enabled"] == "on"
    assert "02:00" <= said["prov_polling_time"] < "05:00"
    assert "setting_server" not in settings(plain(url=""))


@pytest.mark.parametrize(("model", "asked"), [("d785", "snomd785"), ("d715", "snom715")])
def test_it_answers_the_name_that_the_model_asks_for(model: str, asked: str) -> None:
    names = [
        named(pattern, samples.MAC, model).lower()
        for pattern in samples.known("snom").files[0].also
    ]
    assert f"{asked}-{samples.MAC}.htm" in names


def test_a_line_registers_as_its_extension() -> None:
    lines = (
        samples.line("1001", transport="tls", port=5061, voicemail="*98"),
        samples.line("1002", server="192.0.2.7", port=5080),
    )
    said = settings(plain(lines=lines))
    assert said["user_name 1"] == said["user_pname 1"] == "1001"
    assert said["user_host 1"] == said["user_host 2"] == samples.DOMAIN
    assert said["user_outbound 1"] == f"{samples.DOMAIN}:5061;transport=tls"
    assert said["user_outbound 2"] == "192.0.2.7:5080;transport=udp"
    assert (said["user_mailbox 1"], said["user_mailbox 2"]) == ("*98", "")


def test_a_line_that_is_gone_takes_its_password_with_it() -> None:
    said = settings(plain())
    assert (said["user_active 1"], said["user_active 2"]) == ("on", "off")
    assert said["user_pass 2"] == said["user_name 2"] == ""
    assert said["user_active 12"] == "off"


@pytest.mark.parametrize(
    ("srtp", "wanted"),
    [("off", ("off", "off")), ("optional", ("on", "optional")), ("required", ("on", "mandatory"))],
)
def test_a_line_says_whether_it_encrypts(srtp: str, wanted: tuple[str, str]) -> None:
    said = settings(plain(lines=(samples.line(srtp=srtp),)))
    assert (said["user_srtp 1"], said["user_savp 1"]) == wanted


def test_codecs_come_in_order_with_key_presses_among_them() -> None:
    wanted = ("G722", "OPUS", "PCMA")
    assert settings(plain(codecs=wanted))["codec_priority_list 1"] == "g722,pcma,telephone-event"
    modern = samples.plain("snom", "d865", codecs=wanted, dtmf="info")
    assert settings(modern)["codec_priority_list 1"] == "g722,opus,pcma"
    assert settings(modern)["user_dtmf_info 1"] == "sip_info_only"


def test_every_key_is_said_even_if_it_does_nothing() -> None:
    """What the file does not name stays on the phone."""
    keys = keys_of(plain(modules=("d7",)))
    assert len(keys) == 24 + 18
    assert {one.text for one in keys} == {"none"}
    assert {one.attrib["perm"] for one in keys} == {"R"}


def test_keys_come_in_their_places() -> None:
    host = samples.DOMAIN
    keys = (
        PhoneKey("line", "One", domain=host, line=2),
        PhoneKey("blf", "Bob", "1002", "1002", host, "*81002"),
        PhoneKey("speed-dial", "Dentist", "+12125550177", domain=host, line=2),
        PhoneKey("dnd", "DND", "*78", domain=host),
        PhoneKey("forward", "Mobile", "*72+19175550123", domain=host),
        PhoneKey("voicemail", "Messages", "*98", domain=host),
    )
    made = keys_of(plain(keys=keys, lines=(samples.line("1001"), samples.line("1002"))))
    assert [one.text for one in made[:6]] == [
        "line", f"blf sip:1002@{host}|*8", "speed +12125550177", "keyevent F_DND",
        "speed *72+19175550123", "speed *98",
    ]  # fmt: skip
    assert [one.attrib["context"] for one in made[:3]] == ["2", "1", "2"]
    assert made[2].attrib["label"] == "Dentist"


def test_a_parking_slot_is_watched_by_one_name_and_dialled_by_another() -> None:
    key = PhoneKey("park", "Slot", "5901", "park+5901", samples.DOMAIN)
    made = keys_of(plain(keys=(key,)))[0]
    watched = f"sip:park+5901@{samples.DOMAIN}"
    subscription, action = made.find("subscription"), made.find("action")
    assert subscription is not None and action is not None
    assert subscription.attrib == {"type": "dialog", "to": f"<{watched}>", "for": watched}
    slot = f"sip:5901@{samples.DOMAIN}"
    presses = {one.tag: one.attrib for one in action if one.tag != "assign"}
    assert {name: one["target"] for name, one in presses.items()} == {"refer": slot, "invite": slot}
    assert presses["refer"]["states"] not in presses["invite"]["states"].split(",")
    rules = {
        one.attrib["type"]: [level.text for level in one] for one in made.iter("NotifyParsingRules")
    }
    assert rules["applies"] == [f'/dialog-info[@entity="{watched}"]']


def test_do_not_disturb_dials_the_switchs_codes() -> None:
    codes = Codes("*78", "*79", "*72", "*73", "*8")
    said = settings(plain(codes=codes))
    assert (said["dnd_on_code"], said["dnd_off_code"]) == ("*78", "*79")
    assert (said["redirect_always_on_code"], said["redirect_always_off_code"]) == ("*72", "*73")
    key = PhoneKey("dnd", "DND", "*78", domain=samples.DOMAIN)
    assert keys_of(plain(codes=Codes("*78"), keys=(key,)))[0].text == "speed *78"


def test_emergency_numbers_wait_for_nobody() -> None:
    said = settings(plain(emergency_numbers=("112", "911", "9!1")))
    _, pattern, address, flags = said["user_dp_str 1"].split("!")
    assert [n for n in ("112", "911", "1112", "9112", "91", "1001") if re.match(pattern, n)] == [
        "112",
        "911",
    ]
    assert (address, flags) == (r"sip:\1@\d", "d")
    assert settings(plain(emergency_numbers=()))["user_dp_str 1"] == ""


def test_rings() -> None:
    lines = (samples.line("1001"), samples.line("1002", ringtone="Ringer9"))
    said = settings(plain(lines=lines, ringtone="3"))
    assert (said["user_ringer 1"], said["user_ringer 2"]) == ("Ringer3", "Ringer9")
    assert "user_ringer 1" not in settings(plain())


def test_the_display() -> None:
    said = settings(plain(screen=Screen(60, 100)))
    assert (said["dim_timer"], said["enable_backlight_dimming"]) == ("60", "on")
    assert said["backlight"] == "15"
    always = settings(plain(screen=Screen(0, 1)))
    assert (always["enable_backlight_dimming"], always["backlight"]) == ("off", "1")
    assert "backlight" not in settings(plain())


def test_a_firmware_has_a_section_of_its_own() -> None:
    url = "https://files.example.com/snomD785-10.1.184.15-SIP-r.bin"
    firmware = root_of(plain(firmware=url)).find("firmware-settings/firmware")
    assert firmware is not None and firmware.text == url
    assert root_of(plain()).find("firmware-settings") is None


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("de", "Deutsch"), ("de-at", "Deutsch"), ("en-gb", "English(UK)"), ("xx", "English")],
)
def test_the_language(language: str, wanted: str) -> None:
    said = settings(plain(language=language))
    assert said["language"] == said["web_language"] == wanted


def turn(day: str, time: str) -> datetime:
    month, week, weekday = map(int, day.split("."))
    hour, minute, second = map(int, time.split(":"))
    first = -1 if week == 5 else (week - 1) * 7 + 1
    found = zones.weekday_of(zones.YEAR, month, first, weekday - 1)
    return found + timedelta(hours=hour, minutes=minute, seconds=second)


@pytest.mark.parametrize("zone", zones.ZONES)
def test_the_clock_changes_when_it_really_does(zone: str) -> None:
    said = settings(plain(clock=clock_of(zone)))
    assert said["timezone"] == "", "it would count more than the offset"
    assert int(said["utc_offset"]) == zones.offset(zone).total_seconds()
    real = zones.changes(zone)
    if not real:
        assert said["dst"] == ""
        return
    saving, *turns = said["dst"].split(" ")
    assert int(saving) == abs(real[0][1]).total_seconds()
    ends = {True: turn(*turns[:2]), False: turn(*turns[2:])}
    assert len(real) == 2
    for at, by in real:
        assert ends[by > timedelta()] == at


@given(samples.NAMES, samples.TEXTS, samples.PASSWORDS)
def test_whatever_people_write_comes_back(name: str, text: str, password: str) -> None:
    phone = plain(
        lines=(samples.line(label=name, name=name, password=password, ringtone=text),),
        keys=(
            PhoneKey("blf", name, f"1{text}", "1002", samples.DOMAIN, "*81002"),
            PhoneKey("park", name, "5901", "park+5901", samples.DOMAIN),
            PhoneKey("speed-dial", name, f"1{text}", domain=samples.DOMAIN),
        ),
        ntp=text,
        admin_password=password,
    )
    said = settings(phone)
    assert said["user_realname 1"] == said["user_idle_text 1"] == one_line(name)
    assert said["user_pass 1"] == said["http_pass"] == one_line(password)
    assert said["ntp_server"] == one_line(text)
    watched, park, dials = keys_of(phone)[:3]
    assert watched.text == f"blf sip:1002@{samples.DOMAIN}|*8"
    assert watched.attrib["label"] == park.attrib["label"] == one_line(name)
    assert len(park) == 6 and not len(dials)
    assert (dials.text or "").startswith("speed 1") and (dials.text or "").count(" ") == 1


@pytest.mark.parametrize("model", ["d862", "d865"])
def test_a_second_web_page_has_the_admins_password_too(model: str) -> None:
    said = settings(samples.plain("snom", model))
    assert said["webserver_admin_password"] == said["http_pass"] == samples.ADMIN_PASSWORD
    assert said["webserver_user_password"] not in ("", samples.ADMIN_PASSWORD)
    assert "webserver_admin_password" not in settings(plain())
