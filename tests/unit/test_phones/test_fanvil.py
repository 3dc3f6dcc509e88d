"""Fanvil's file: `<sysConf>`, XML."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, Screen
from dialform.renderers.phones.templating import one_line
from dialform.values import replace

from . import samples, zones

MODEL = "x6u"


def root_of(phone: Phone) -> Element:
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac}.cfg"])
    assert root.tag == "sysConf"
    return root


def said(phone: Phone, path: str) -> str | None:
    """What stands at a place, '' where it is empty, None where there is no such place."""
    found = root_of(phone).findall(path)
    assert len(found) <= 1, f"{path} stands {len(found)} times"
    return (found[0].text or "") if found else None


def line(phone: Phone, number: int, name: str) -> str | None:
    return said(phone, f"sip/line[@index='{number}']/{name}")


def keys_of(phone: Phone, page: str) -> list[tuple[str, str, str]]:
    """Type, value and title of each key of a page such as internal[@index='1']."""
    found = root_of(phone).findall(f"dsskey/{page}/Fkey")
    assert [one.get("index") for one in found] == [str(n) for n in range(1, len(found) + 1)]
    return [tuple(one.findtext(name) or "" for name in ("Type", "Value", "Title")) for one in found]  # type: ignore[misc]


def plain(**fields: object) -> Phone:
    return samples.plain("fanvil", MODEL, **fields)


def test_the_phone_asks_at_its_own_address_from_then_on() -> None:
    assert said(plain(), "ap/FlashServerIP") == f"{samples.BASE}{samples.TOKEN}"
    assert said(plain(), "ap/FlashProtocol") == "5"
    assert said(plain(url="http://10.0.0.1/p/abc/"), "ap/FlashProtocol") == "4"
    assert said(plain(), "ap/opt/DHCPOption") == "0"
    assert said(plain(url=""), "ap/opt/DHCPOption") is None
    assert said(plain(url=""), "ap/FlashServerIP") is None


def test_nobody_in_the_network_sends_it_elsewhere() -> None:
    assert said(plain(url=""), "ap/pnp/PNPEnable") == "0"
    assert said(plain(), "web/EnableTelnet") == "0"
    assert said(plain(), "call/port/AllowIPCall") == "0"


def test_no_login_keeps_the_password_that_everybody_knows() -> None:
    accounts = root_of(plain()).findall("web/account")
    found = {one.findtext("Name"): one.findtext("Password") or "" for one in accounts}
    assert found["admin"] == samples.ADMIN_PASSWORD
    assert len(found["guest"]) == 24 and found["guest"] not in ("guest", samples.ADMIN_PASSWORD)
    assert said(plain(), "phone/MenuPassword") == samples.ADMIN_PASSWORD


def test_a_line_registers_at_its_domain() -> None:
    phone = plain()
    names = (
        "PhoneNumber",
        "RegisterUser",
        "RegisterAddr",
        "RegisterPort",
        "ProxyAddr",
        "EnableReg",
    )
    assert [line(phone, 1, name) for name in names] == [
        "1001", "1001", samples.DOMAIN, "5060", "", "1",
    ]  # fmt: skip
    assert line(phone, 1, "Transport") == "0"


def test_a_server_is_the_outbound_proxy() -> None:
    phone = plain(lines=(samples.line(server="192.0.2.7", port=5080),))
    assert line(phone, 1, "RegisterAddr") == samples.DOMAIN
    assert (line(phone, 1, "ProxyAddr"), line(phone, 1, "ProxyPort")) == ("192.0.2.7", "5080")


@pytest.mark.parametrize(("transport", "number"), [("udp", "0"), ("tcp", "1"), ("tls", "3")])
def test_transport(transport: str, number: str) -> None:
    assert line(plain(lines=(samples.line(transport=transport),)), 1, "Transport") == number


def test_a_line_that_is_gone_goes_from_the_phone() -> None:
    phone = plain()
    assert line(phone, 2, "EnableReg") == "0"
    assert line(phone, 2, "RegisterPswd") == ""
    assert line(phone, 20, "EnableReg") == "0" and line(phone, 21, "EnableReg") is None


def test_codecs_are_those_that_the_model_has_in_order() -> None:
    phone = plain(codecs=("G722", "VP8", "OPUS", "PCMA"))
    assert line(phone, 1, "VoiceCodecMap") == "G722,OPUS,PCMA"


def test_what_the_phone_says_to_the_switch_when_its_own_keys_are_pressed() -> None:
    phone = plain(codes=Codes("*78", "*79", "*72", "*73", "*8"))
    assert line(phone, 1, "SvcCodeMode") == "1"
    names = ("DNDOnSvcCode", "DNDOffSvcCode", "CFUOnSvcCode", "CFUOffSvcCode")
    assert [line(phone, 1, name) for name in names] == ["*78", "*79", "*72", "*73"]


def test_keys_lie_beside_the_screen_then_on_pages() -> None:
    """The X6U has five beside the screen, and five pages of twelve."""
    kinds = ("line", "blf", "park", "speed-dial", "dnd", "forward")
    vendor = replace(samples.known("fanvil"), kinds=kinds)
    phone = plain(keys=samples.keys(vendor, 6))
    assert keys_of(phone, "dssSide[@index='1']") == [
        ("2", "SIP1", "First line"),
        ("1", "1002@1/bc*81002", "Bob Roe"),
        ("1", "park+5901@1/bc", "Slot 1"),
        ("1", "+12125550177@1/f", "City Dentist"),
        ("3", "F_DND", "DND"),
    ]
    first = keys_of(phone, "internal[@index='1']")
    assert first[0] == ("1", "*72+19175550123@1/f", "To mobile")
    assert first[1:] == [("0", "", "")] * 11
    assert said(phone, "dsskey/FuncKeyPageNum") == "5"
    assert keys_of(phone, "internal[@index='5']") == [("0", "", "")] * 12


def test_the_x3u_names_its_keys_otherwise() -> None:
    phone = samples.plain("fanvil", "x3u", keys=(PhoneKey("line", "Mine"),))
    found = root_of(phone).findall("dsskey/SidekeyConfig1")
    assert [one.findtext("Value") for one in found] == ["SIP1", "", ""]
    assert root_of(phone).find("dsskey/internal") is None


def test_keys_of_each_model_are_those_of_its_pages() -> None:
    for name, model in samples.known("fanvil").models.items():
        if model.template == "old":
            continue
        phone = samples.plain("fanvil", name)
        counted = len(root_of(phone).findall("dsskey//Fkey"))
        counted += len(root_of(phone).findall("dsskey/SidekeyConfig1"))
        assert counted == model.keys, name


def test_the_clock_of_new_york() -> None:
    phone = plain(clock=clock_of("America/New_York"))
    date = {one.tag: one.text for one in root_of(phone).find("phone/date") or ()}
    assert date["TimeZone"] == "-20" and date["TimeZoneName"] == "UTC-5"
    assert date["EnableDST"] == date["Enable_DST"] == "2"
    assert date["DSTMinOffset"] == "60"
    names = ("Mon", "Week", "Wday", "Hour")
    assert [date[f"DSTStart{name}"] for name in names] == ["3", "2", "0", "2"]
    assert [date[f"DSTEnd{name}"] for name in names] == ["11", "1", "0", "2"]


def test_a_last_sunday_is_the_fifth() -> None:
    date = {one.tag: one.text for one in root_of(plain(clock=clock_of("Europe/Berlin"))).iter()}
    assert (date["DSTStartWeek"], date["DSTEndWeek"]) == ("5", "5")


@pytest.mark.parametrize("zone", zones.STEADY)
def test_zones_without_daylight_saving(zone: str) -> None:
    phone = plain(clock=clock_of(zone))
    assert said(phone, "phone/date/EnableDST") == "0"
    assert int(said(phone, "phone/date/TimeZone") or "") * 15 == clock_of(zone).offset


def test_the_screen() -> None:
    phone = plain(screen=Screen(backlight=600, brightness=50, screensaver=0))
    assert said(phone, "phone/display/BacklightOffTime") == "120"
    assert said(phone, "phone/display/LCDLuminanceLevel") == "8"
    assert said(phone, "background/TimeoutToScreensaver") == "0"
    assert said(plain(), "phone/display/BacklightOffTime") is None


@pytest.mark.parametrize(("name", "shown"), [("3", "Type 3"), ("bell.wav", "bell.wav")])
def test_ringtones(name: str, shown: str) -> None:
    assert said(plain(ringtone=name), "phone/volume/RingType") == shown
    assert line(plain(lines=(samples.line(ringtone=name),)), 1, "RingType") == shown
    assert line(plain(), 1, "RingType") == "default"


def old_root(**fields: object) -> Element:
    phone = samples.plain("fanvil", "x4", **fields)
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac}.cfg"])
    assert root.tag == "VOIP_CONFIG_FILE"
    return root


def old_lines(root: Element) -> list[dict[str, str]]:
    found = root.findall("SIP_CONFIG_MODULE/SIP_Line_List/SIP_Line_List_Entry")
    return [{one.tag: one.text or "" for one in line} for line in found]


def test_older_phones_have_other_names_for_the_same() -> None:
    away = samples.line("1002", server="192.0.2.7", port=5061, transport="tls", ringtone="3")
    root = old_root(lines=(samples.line(), away), codecs=("G722", "PCMA"), language="de")
    first, second, third, fourth = old_lines(root)
    assert (first["Phone_Number"], first["Register_Addr"], first["Proxy_Addr"]) == (
        "1001", samples.DOMAIN, "",
    )  # fmt: skip
    assert (second["Transport"], second["Proxy_Addr"], second["Ring_Type"]) == (
        "3", "192.0.2.7", "3",
    )  # fmt: skip
    assert first["VoiceCodecMap"] == "G722,G711A"
    assert third["Enable_Reg"] == fourth["Enable_Reg"] == "0" and third["Register_Pswd"] == ""
    assert root.findtext("GLOBAL_CONFIG_MODULE/Language") == "16"
    update = root.find("AUTOUPDATE_CONFIG_MODULE")
    assert update is not None
    assert update.findtext("Download_Server_IP") == f"{samples.BASE}{samples.TOKEN}"
    assert (update.findtext("DHCP_Option"), update.findtext("PNP_Enable")) == ("0", "0")


def test_keys_of_an_older_phone() -> None:
    keys = (PhoneKey("line", "Mine"), PhoneKey("speed-dial", "Bob & Co", "1002", line=2))
    entries = old_root(keys=keys).findall("PHONE_CONFIG_MODULE/Function_Key/Function_Key_Entry")
    said = [
        tuple(entry.findtext(name) for name in ("ID", "Type", "Value", "Title"))
        for entry in entries
    ]
    assert said[:3] == [
        ("Fkey1", "2", "SIP1", "Mine"), ("Fkey2", "1", "1002@2/f", "Bob & Co"), ("Fkey3", "0", "", ""),
    ]  # fmt: skip
    assert len(said) == 30


@given(samples.NAMES, samples.PASSWORDS)
def test_whatever_people_write_comes_back_from_an_older_one(name: str, password: str) -> None:
    line = samples.line(name=name, password=password)
    (first, *_) = old_lines(old_root(lines=(line,), admin_password=password))
    assert (first["Display_Name"], first["Register_Pswd"]) == (one_line(name), one_line(password))


@given(samples.NAMES, samples.TEXTS, samples.PASSWORDS)
def test_whatever_people_write_comes_back(name: str, text: str, password: str) -> None:
    phone = plain(
        lines=(samples.line(name=name, password=password),),
        keys=(PhoneKey("line", name),),
        ntp=text,
        admin_password=password,
    )
    assert line(phone, 1, "DisplayName") == one_line(name)
    assert line(phone, 1, "RegisterPswd") == one_line(password)
    assert said(phone, "phone/date/SNTPServer") == one_line(text)
    assert keys_of(phone, "dssSide")[0][2] == one_line(name)


@given(samples.TEXTS)
def test_what_is_dialled_ends_where_it_ends(text: str) -> None:
    """`@` and `/` part the number from its line and its kind."""
    value = keys_of(plain(keys=(PhoneKey("speed-dial", "x", text),)), "dssSide")[0][1]
    number, _, rest = value.partition("@")
    assert rest == "1/f" and "/" not in number
