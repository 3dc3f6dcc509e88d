"""Poly's files: a master file and a parameter file, both XML, parameters in attributes."""

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import given

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, Screen
from dialform.renderers.phones.index import index_of
from dialform.renderers.phones.render import render_phone
from dialform.renderers.phones.templating import one_line
from dialform.values import replace

from . import samples, zones

MODEL = "vvx411"


def master(phone: Phone) -> dict[str, str]:
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac}.cfg"])
    assert root.tag == "APPLICATION"
    return root.attrib


def parameters(phone: Phone) -> dict[str, str]:
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac}-dialform.cfg"])
    found: dict[str, str] = {}
    for one in root.iter():
        assert not found.keys() & one.attrib.keys()
        found |= one.attrib
    return found


def plain(**fields: object) -> Phone:
    return samples.plain("poly", MODEL, **fields)


def test_the_master_file_names_the_other_one_beside_it() -> None:
    """So a phone in its window fetches it from where it got the master file."""
    said = master(plain())
    assert said["CONFIG_FILES"] == f"{samples.MAC}-dialform.cfg"
    for secret in (samples.TOKEN, samples.ADMIN_PASSWORD, samples.HTTP_PASSWORD, "SIP1001"):
        assert secret not in str(said)


def test_what_people_change_on_the_phone_lies_elsewhere() -> None:
    """A phone reads <mac>-phone.cfg there, which is not the file that the service answers."""
    assert master(plain())["OVERRIDES_DIRECTORY"] == "overrides"


def test_a_firmware_is_named_in_the_master_file_alone() -> None:
    url = "https://files.example.com/3111-48450-001.sip.ld"
    assert master(plain(firmware=url))["APP_FILE_PATH"] == url
    assert "APP_FILE_PATH" not in master(plain())


def test_the_phone_asks_at_its_own_address_from_then_on() -> None:
    said = parameters(plain())
    assert said["device.set"] == "1"
    assert said["device.prov.serverName"] == f"{samples.BASE}{samples.TOKEN}/"
    assert said["device.prov.serverType"] == "HTTPS"
    assert said["device.dhcp.bootSrvUseOpt"] == "Static", "DHCP would send it back"
    for name in said:
        if name.startswith("device.") and name != "device.set" and not name.endswith(".set"):
            assert said[f"{name}.set"] == "1", name


def test_phones_do_not_all_ask_at_once() -> None:
    times = {
        parameters(plain(mac=f"0004f2{number:06x}"))["prov.polling.time"] for number in range(50)
    }
    assert len(times) > 25
    assert all("02:00" <= time < "05:00" for time in times)


def test_the_user_has_another_password_than_the_admin() -> None:
    said = parameters(plain())
    assert said["device.auth.localAdminPassword"] == samples.ADMIN_PASSWORD
    assert said["device.auth.localUserPassword"] not in ("", "123", samples.ADMIN_PASSWORD)
    other = parameters(plain(http_password="another"))
    assert other["device.auth.localUserPassword"] != said["device.auth.localUserPassword"]


def test_a_line_registers_as_its_extension() -> None:
    line = samples.line("1001", transport="tls", port=5061, voicemail="*98")
    said = parameters(plain(lines=(line, samples.line("1002", server="192.0.2.7", port=5080))))
    assert said["reg.1.address"] == said["reg.1.auth.userId"] == "1001"
    assert said["reg.1.server.1.address"] == samples.DOMAIN
    assert (said["reg.1.server.1.port"], said["reg.1.server.1.transport"]) == ("5061", "TLS")
    assert "reg.1.outboundProxy.address" not in said
    assert said["reg.2.server.1.address"] == samples.DOMAIN
    assert said["reg.2.outboundProxy.address"] == "192.0.2.7"
    assert said["reg.2.outboundProxy.port"] == "5080"
    assert said["reg.2.server.1.transport"] == "UDPOnly"
    assert (said["msg.mwi.1.callBackMode"], said["msg.mwi.1.callBack"]) == ("contact", "*98")
    assert said["msg.mwi.2.callBackMode"] == "disabled"
    assert "reg.3.address" not in said


@pytest.mark.parametrize(
    ("srtp", "wanted"), [("off", "000"), ("optional", "110"), ("required", "111")]
)
def test_a_line_says_whether_it_encrypts(srtp: str, wanted: str) -> None:
    said = parameters(plain(lines=(samples.line(srtp=srtp),)))
    assert "".join(said[f"reg.1.srtp.{x}"] for x in ("enable", "offer", "require")) == wanted


@pytest.mark.parametrize(
    ("dtmf", "wanted"), [("rfc2833", "110"), ("auto", "110"), ("info", "001"), ("inband", "100")]
)
def test_key_presses_go_one_way(dtmf: str, wanted: str) -> None:
    said = parameters(plain(dtmf=dtmf))
    names = (
        "tone.dtmf.viaRtp",
        "tone.dtmf.rfc2833Control",
        "voIpProt.SIP.dtmfViaSignaling.rfc2976",
    )
    assert "".join(said[name] for name in names) == wanted


def test_codecs_come_in_order_and_all_others_are_off() -> None:
    said = parameters(plain(codecs=("G722", "OPUS", "PCMA")))
    places = {
        name.removeprefix("voice.codecPref."): int(value)
        for name, value in said.items()
        if name.startswith("voice.codecPref.")
    }
    assert {name: place for name, place in places.items() if place} == {"G722": 1, "G711_A": 2}
    assert {"G711_Mu", "G729_AB", "iLBC.13_33kbps", "Siren14.48kbps"} <= places.keys()
    assert "Opus" not in places, "this model has none"


def test_keys_come_in_their_places() -> None:
    keys = (
        PhoneKey("line", "One", domain=samples.DOMAIN),
        PhoneKey("none", ""),
        PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN, "*81002"),
        PhoneKey("speed-dial", "Dentist", "+12125550177", domain=samples.DOMAIN),
        PhoneKey("park", "Slot", "5901", "park+5901", samples.DOMAIN),
        PhoneKey("page", "All", "950", domain=samples.DOMAIN),
    )
    said = parameters(plain(keys=keys))
    placed = {
        n: (said[f"lineKey.{n}.category"], said[f"lineKey.{n}.index"])
        for n in range(1, 13)
        if f"lineKey.{n}.category" in said
    }
    assert placed == {
        1: ("Line", "1"), 3: ("BLF", "0"), 4: ("EFK", "1"), 5: ("BLF", "0"), 6: ("EFK", "2"),
    }  # fmt: skip
    assert said["lineKey.reassignment.enabled"] == "1"
    assert said["attendant.resourceList.1.address"] == f"1002@{samples.DOMAIN}"
    assert said["attendant.resourceList.1.type"] == "normal"
    assert said["attendant.resourceList.2.address"] == f"park+5901@{samples.DOMAIN}"
    assert said["attendant.resourceList.2.callAddress"] == f"5901@{samples.DOMAIN}"
    assert said["attendant.resourceList.2.type"] == "automata"
    assert said["efk.efklist.1.action.string"] == "+12125550177$Tinvite$"
    assert said["efk.efklist.2.action.string"] == "950$Tinvite$"
    assert said["call.directedCallPickupString"] == "*8"


def test_keys_of_a_module_are_behind_the_phones_own() -> None:
    keys = tuple(PhoneKey("speed-dial", f"N{n}", f"77{n}") for n in range(14))
    said = parameters(plain(keys=keys, modules=("color",)))
    assert (said["lineKey.13.category"], said["lineKey.13.index"]) == ("EFK", "13")


def test_a_line_with_two_keys_says_so() -> None:
    keys = (PhoneKey("line", "One"), PhoneKey("line", "One again"))
    assert parameters(plain(keys=keys))["reg.1.lineKeys"] == "2"
    assert parameters(plain())["reg.1.lineKeys"] == "1"


def test_a_macro_holds_nothing_but_what_can_be_dialled() -> None:
    key = PhoneKey("speed-dial", "Odd", "50$Cp1$$FDialpadDelete$#")
    said = parameters(plain(keys=(key,)))
    action = said["efk.efklist.1.action.string"]
    assert action.count("$") == 2 and action.endswith("#$Tinvite$")


def test_do_not_disturb_is_the_switchs_where_it_has_a_code() -> None:
    assert parameters(plain())["feature.doNotDisturb.enable"] == "0"
    said = parameters(plain(codes=Codes()))
    assert "feature.doNotDisturb.enable" not in said
    assert "feature.forward.enable" not in said


def test_strangers_neither_call_a_phone_nor_tell_it_anything() -> None:
    said = parameters(plain())
    rule = "voIpProt.SIP.requestValidation"
    asked = {said[f"{rule}.{n}.request"]: said[f"{rule}.{n}.method"] for n in (1, 2)}
    assert asked == {"INVITE": "source", "NOTIFY": "source"}


def test_the_first_ring_can_be_heard() -> None:
    assert parameters(plain(ringtone="1"))["reg.1.ringType"] == "ringer2"
    assert parameters(plain(ringtone="ringer13"))["reg.1.ringType"] == "ringer13"
    line = samples.line(ringtone="5")
    assert parameters(plain(ringtone="1", lines=(line,)))["reg.1.ringType"] == "ringer6"
    assert "reg.1.ringType" not in parameters(plain())


def test_emergency_numbers_wait_for_no_more_digits() -> None:
    said = parameters(plain(emergency_numbers=("112", "911")))
    assert said["dialplan.digitmap"].split("|")[:2] == ["112", "911"]
    assert said["dialplan.routing.emergency.1.value"] == "112,911"


@pytest.mark.parametrize(
    ("screen", "wanted"),
    [
        (Screen(backlight=30), {"timeout": "30", "idleIntensity": "0"}),
        (Screen(backlight=600), {"timeout": "60", "idleIntensity": "1"}),
        (Screen(backlight=0), {"idleIntensity": "3"}),
        (Screen(backlight=0, brightness=10), {"idleIntensity": "1", "onIntensity": "1"}),
        (Screen(brightness=100), {"onIntensity": "3"}),
    ],
)
def test_the_light(screen: Screen, wanted: dict[str, str]) -> None:
    said = parameters(plain(screen=screen))
    assert {name: said[f"up.backlight.{name}"] for name in wanted} == wanted


def test_what_is_not_said_of_the_display_stays() -> None:
    assert not [name for name in parameters(plain()) if name.startswith("up.backlight")]
    off = parameters(plain(screen=Screen(screensaver=0)))
    assert off["up.screenSaver.enabled"] == "0"
    assert "up.screenSaver.waitTime" not in off


def turn(said: dict[str, str], name: str) -> datetime:
    rule = {
        key.rpartition(f"{name}.")[2]: int(value)
        for key, value in said.items()
        if key.startswith(f"tcpIpApp.sntp.daylightSavings.{name}.")
    }
    day = -1 if rule["dayOfWeek.lastInMonth"] else rule["date"]
    found = zones.weekday_of(zones.YEAR, rule["month"], day, (rule["dayOfWeek"] - 2) % 7)
    return found + timedelta(hours=rule["time"])


@pytest.mark.parametrize("zone", zones.ZONES)
def test_the_clock_changes_when_it_really_does(zone: str) -> None:
    said = parameters(plain(clock=clock_of(zone)))
    assert int(said["tcpIpApp.sntp.gmtOffset"]) == zones.offset(zone).total_seconds()
    real = {("start" if by > timedelta() else "stop"): at for at, by in zones.changes(zone)}
    for name in ("start", "stop"):
        if real:
            assert abs(turn(said, name) - real[name]) <= timedelta(minutes=45)
    assert said["tcpIpApp.sntp.daylightSavings.enable"] == str(int(bool(real)))


@pytest.mark.parametrize("zone", zones.STEADY)
def test_a_steady_clock_is_said_to_be_one(zone: str) -> None:
    said = parameters(plain(clock=clock_of(zone)))
    assert said["tcpIpApp.sntp.daylightSavings.enable"] == "0"
    assert int(said["tcpIpApp.sntp.gmtOffset"]) == zones.offset(zone).total_seconds()


@given(samples.NAMES, samples.TEXTS, samples.PASSWORDS)
def test_whatever_people_write_comes_back(name: str, text: str, password: str) -> None:
    phone = plain(
        lines=(samples.line(label=name, name=name, password=password),),
        keys=(PhoneKey("blf", name, "1002", "1002", samples.DOMAIN),),
        ntp=text,
        admin_password=password,
    )
    said = parameters(phone)
    assert said["reg.1.displayName"] == said["reg.1.label"] == one_line(name)
    assert said["reg.1.auth.password"] == one_line(password)
    assert said["attendant.resourceList.1.label"] == one_line(name)
    assert said["tcpIpApp.sntp.address"] == one_line(text)
    assert said["device.auth.localAdminPassword"] == one_line(password)
    assert said.keys() == parameters(replace(phone, ntp="n", admin_password="p")).keys()


def test_the_service_is_told_that_the_master_file_holds_no_secret() -> None:
    """A phone's updater fetches it, and its application again: one time in a window would not do."""
    phone = plain()
    tenant = SimpleNamespace(slug="acme", domain=samples.DOMAIN, phones=(phone,))
    (index,) = index_of(tenant, list(render_phone(phone)))  # type: ignore[arg-type]
    (row,) = json.loads(index.content or b"")["devices"]
    assert row["open"] == [f"{samples.MAC}.cfg"]
    assert row["answers"][f"{samples.MAC}-phone.cfg"][0] == f"{samples.MAC}-dialform.cfg"
