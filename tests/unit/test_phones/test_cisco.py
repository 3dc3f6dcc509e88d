"""Cisco's files: a flat profile, XML with one element a parameter; functions of keys are strings of fields."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, Screen
from dialform.renderers.phones.templating import one_line

from . import samples, zones

DESKS = ("8851", "spa504g")
EVERY = (*DESKS, "spa112")


def profile(phone: Phone) -> dict[str, str]:
    """Parameters by name. A name that stood twice would mean that the last one holds."""
    root = ElementTree.fromstring(samples.files(phone)[f"spa{phone.mac}.xml"])
    assert root.tag == "flat-profile"
    leaves = [one for one in root.iter() if not len(one)]
    found = {one.tag: one.text or "" for one in leaves}
    assert len(found) == len(leaves)
    return found


def plain(model: str = "8851", **fields: object) -> Phone:
    return samples.plain("cisco", model, **fields)


def fields(function: str) -> dict[str, str]:
    """The fields of a key's function."""
    pairs = [one.partition("=") for one in function.split(";")]
    found = {name: value for name, _, value in pairs}
    assert len(found) == len(pairs)
    return found


@pytest.mark.parametrize("model", EVERY)
def test_the_phone_asks_at_its_own_address_from_then_on(model: str) -> None:
    said = profile(plain(model))
    assert said["Profile_Rule"] == f"{samples.BASE}{samples.TOKEN}/spa$MA.xml"
    assert said["Resync_On_Reset"] == "Yes"
    assert (said["Resync_At__HHmm_"], said["Resync_At_Random_Delay"]) == ("0200", "10800")
    assert "Profile_Rule" not in profile(plain(model, url=""))


@pytest.mark.parametrize("model", EVERY)
def test_a_notify_of_the_switch_needs_no_password(model: str) -> None:
    """FreeSWITCH answers no challenge to a NOTIFY."""
    assert profile(plain(model))["Auth_Resync-Reboot_1_"] == "No"


@pytest.mark.parametrize("model", EVERY)
def test_a_line_registers_as_its_extension(model: str) -> None:
    lines = (
        samples.line("1001", transport="tls", port=5061),
        samples.line("1002", server="192.0.2.7", port=5080),
    )
    said = profile(plain(model, lines=lines))
    assert said["User_ID_1_"] == said["Auth_ID_1_"] == "1001"
    assert said["Proxy_1_"] == said["Proxy_2_"] == samples.DOMAIN
    assert said["Outbound_Proxy_1_"] == f"{samples.DOMAIN}:5061"
    assert said["SIP_Transport_1_"] == "TLS"
    assert said["Outbound_Proxy_2_"] == "192.0.2.7:5080"
    assert said["SIP_Transport_2_"] == "UDP"


@pytest.mark.parametrize("model", DESKS)
def test_a_line_that_is_gone_takes_its_password_with_it(model: str) -> None:
    """What a profile does not name stays on the phone."""
    said = profile(plain(model))
    assert (said["Line_Enable_2_"], said["Password_2_"], said["User_ID_2_"]) == ("No", "", "")


@pytest.mark.parametrize("model", EVERY)
def test_star_codes_are_the_switchs(model: str) -> None:
    said = profile(plain(model))
    for name in ("DND_Act_Code", "Cfwd_All_Act_Code", "Call_Return_Code", "Block_CID_Act_Code"):
        assert said[name] == "", name


@pytest.mark.parametrize("model", DESKS)
def test_do_not_disturb_is_the_switchs_where_it_has_a_code(model: str) -> None:
    assert profile(plain(model))["DND_Serv"] == "No"
    said = profile(plain(model, codes=Codes()))
    assert (said["DND_Serv"], said["Cfwd_All_Serv"]) == ("Yes", "Yes")


def matches(plan: str, dialled: str) -> tuple[bool, bool]:
    """Whether a dial plan lets digits through, and whether at once (S0)."""
    let, at_once = False, False
    for one in plan.removeprefix("(").removesuffix(")").split("|"):
        pattern = one.removesuffix("S0").replace("[x*#+].", "[0-9*#+]*")
        if re.fullmatch(pattern, dialled):
            let, at_once = True, at_once or one.endswith("S0")
    return let, at_once


@pytest.mark.parametrize("model", EVERY)
def test_emergency_numbers_wait_for_no_more_digits(model: str) -> None:
    plan = profile(plain(model, emergency_numbers=("112", "911")))["Dial_Plan_1_"]
    assert matches(plan, "112") == matches(plan, "911") == (True, True)
    assert matches(plan, "1001") == matches(plan, "*98") == (True, False)
    assert matches(plan, "+442079460000") == (True, False)


def test_a_dial_plan_holds_nothing_but_digits_of_a_number() -> None:
    plan = profile(plain(emergency_numbers=("1(1)2|S9", "9;1,1")))["Dial_Plan_1_"]
    assert re.fullmatch(r"\([0-9A-Za-z]+S0\|911S0\|\[x\*#\+\]\.\)", plan)


@pytest.mark.parametrize("model", DESKS)
def test_keys_come_in_their_places(model: str) -> None:
    keys = (
        PhoneKey("line", "One", domain=samples.DOMAIN),
        PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN, "*81002"),
        PhoneKey("park", "Slot", "5901", "park+5901", samples.DOMAIN, line=2),
        PhoneKey("none", ""),
    )
    lines = (samples.line("1001"), samples.line("1002"))
    said = profile(plain(model, keys=keys, lines=lines))
    assert (said["Extension_1_"], said["Short_Name_1_"]) == ("1", "One")
    assert said["Extended_Function_1_"] == ""
    assert said["Extension_2_"] == "Disabled"
    host = f"@{samples.DOMAIN}"
    assert fields(said["Extended_Function_2_"]) == {
        "fnc": "blf+sd+cp", "sub": "1002" + host, "ext": "1002" + host, "vid": "1", "nme": "Bob",
    }  # fmt: skip
    assert fields(said["Extended_Function_3_"]) == {
        "fnc": "blf+sd", "sub": "park+5901" + host, "ext": "5901" + host, "vid": "2", "nme": "Slot",
    }  # fmt: skip
    assert (said["Extension_4_"], said["Extended_Function_4_"]) == ("Disabled", "")
    assert said["Attendant_Console_Call_Pickup_Code"] == "*8#"


@pytest.mark.parametrize(
    ("model", "module", "name"),
    [("8851", "cp-8800-a-kem", "Unit_1_Key_2_"), ("spa504g", "spa500s", "Unit_1_Key_2")],
)
def test_keys_of_a_module_are_behind_the_phones_own(model: str, module: str, name: str) -> None:
    count = samples.known("cisco").models[model].keys + 2
    keys = tuple(PhoneKey("speed-dial", f"N{n}", f"77{n}") for n in range(count))
    said = profile(plain(model, keys=keys, modules=(module,)))
    assert fields(said[name])["ext"].startswith(f"77{count - 1}@")
    assert said[name.replace("2", "3", 1)] == ""


def test_a_phone_without_keys_shows_its_line() -> None:
    said = profile(plain("spa502g"))
    assert (said["Extension_1_"], said["Short_Name_1_"]) == ("1", "Desk 1001")


@given(samples.NAMES, samples.TEXTS)
def test_no_text_adds_a_field_to_a_key(name: str, text: str) -> None:
    keys = (
        PhoneKey("line", name),
        PhoneKey("speed-dial", name, f"1{text}", domain=samples.DOMAIN),
        PhoneKey("blf", name, "1002", "1002", samples.DOMAIN, "*81002"),
    )
    said = profile(plain(keys=keys))
    assert said["Short_Name_1_"] == one_line(name)
    dials = fields(said["Extended_Function_2_"])
    assert list(dials) == ["fnc", "ext", "vid", "nme"]
    assert re.fullmatch(rf"[0-9A-Za-z*#+.@_~-]+@{samples.DOMAIN}", dials["ext"])
    assert dials["nme"] == one_line(name.replace(";", ","))
    assert list(fields(said["Extended_Function_3_"])) == ["fnc", "sub", "ext", "vid", "nme"]


@pytest.mark.parametrize("model", EVERY)
@given(name=samples.NAMES, password=samples.PASSWORDS)
def test_whatever_people_write_comes_back(model: str, name: str, password: str) -> None:
    line = samples.line(name=name, label=name, password=password)
    said = profile(plain(model, lines=(line,), label=name, admin_password=password))
    assert said["Display_Name_1_"] == one_line(name)
    assert said["Password_1_"] == one_line(password)
    admin = {"8851": "Admin_Password", "spa504g": "Admin_Passwd"}
    assert said[admin.get(model, "Web_Login_Admin_Password")] == one_line(password)


@pytest.mark.parametrize("model", DESKS)
def test_codecs_come_in_order_and_all_others_are_off(model: str) -> None:
    said = profile(plain(model, codecs=("G722", "PCMA", "OPUS")))
    order = [said[f"{place}_Codec_1_"] for place in ("Preferred", "Second_Preferred")]
    assert order == ["G722", "G711a"]
    assert said["Third_Preferred_Codec_1_"] == {"8851": "OPUS", "spa504g": "Unspecified"}[model]
    assert said["G722_Enable_1_"] == "Yes"
    assert said["G729a_Enable_1_"] == "No"
    assert said[{"8851": "iSAC_Enable_1_", "spa504g": "G726-16_Enable_1_"}[model]] == "No"


@pytest.mark.parametrize(
    ("dtmf", "wanted"),
    [("rfc2833", "AVT"), ("info", "INFO"), ("inband", "InBand"), ("auto", "Auto")],
)
def test_key_presses_go_one_way(dtmf: str, wanted: str) -> None:
    assert profile(plain(dtmf=dtmf))["DTMF_Tx_Method_1_"] == wanted


def test_encryption_is_required_of_whom_it_is_required() -> None:
    lines = (samples.line("1001", srtp="required"), samples.line("1002", srtp="off"))
    said = profile(plain(lines=lines))
    assert (said["Secure_Call_Option_1_"], said["Secure_Call_Option_2_"]) == (
        "Required",
        "Optional",
    )
    assert said["Secure_Call_Setting"] == "Yes"
    assert profile(plain("spa504g"))["Secure_Call_Setting"] == "No"


@pytest.mark.parametrize(
    ("model", "name", "wanted"),
    [("8851", "Default_Ring_1_", "4"), ("spa504g", "Default_Ring__1__", None)],
)
def test_a_ring_is_a_number_or_one_of_the_phones_names(
    model: str, name: str, wanted: str | None
) -> None:
    assert profile(plain(model, ringtone="3"))[name] == "3"
    assert profile(plain(model, ringtone="900"))[name] in ("10", "12")
    assert profile(plain(model, ringtone="delight")).get(name) == wanted
    assert name not in profile(plain(model))


@pytest.mark.parametrize(
    ("model", "screen", "wanted"),
    [
        (
            "8851",
            Screen(0, 100, 0),
            {
                "Back_Light_Timer": "Always On",
                "Display_Brightness": "15",
                "Screen_Saver_Enable": "No",
            },
        ),
        (
            "8851",
            Screen(200, 1, 90),
            {"Back_Light_Timer": "5m", "Display_Brightness": "4", "Screen_Saver_Wait": "90"},
        ),
        ("spa504g", Screen(25, None, 90), {"Back_Light_Timer": "30 s", "Screen_Saver_Wait": "90"}),
        ("spa504g", Screen(3600), {"Back_Light_Timer": "Always On"}),
        (
            "spa525g2",
            Screen(45, None, 90),
            {"Back_Light_Timer__sec_": "45", "Screen_Saver_Trigger_Time": "90"},
        ),
    ],
)
def test_the_display(model: str, screen: Screen, wanted: dict[str, str]) -> None:
    said = profile(plain(model, screen=screen))
    assert {name: said[name] for name in wanted} == wanted


def test_a_vlan_that_is_gone_is_switched_off() -> None:
    assert profile(plain(vlan=42))["VLAN_ID"] == "42"
    assert profile(plain())["Enable_VLAN"] == "No"


def turn(rule: str) -> datetime:
    month, day, weekday, time = rule.split("/")
    hour, minute, second = map(int, time.split(":"))
    found = zones.weekday_of(zones.YEAR, int(month), int(day), int(weekday) - 1)
    return found + timedelta(hours=hour, minutes=minute, seconds=second)


@pytest.mark.parametrize("zone", [*zones.ZONES, *zones.ODD])
def test_the_clock_changes_when_it_really_does(zone: str) -> None:
    said = profile(plain(clock=clock_of(zone)))
    real = zones.changes(zone)
    assert said["Daylight_Saving_Time_Enable"] == ("Yes" if real else "No")
    if not real:
        return
    assert len(real) == 2
    rule = fields(said["Daylight_Saving_Time_Rule"])
    slack = timedelta(hours=1) if zone in zones.ODD else timedelta()
    for at, by in real:
        name = "start" if by > timedelta() else "end"
        assert abs(turn(rule[name]) - at) <= slack, name
    hours, minutes, _ = map(int, rule["save"].split(":"))
    assert timedelta(hours=hours, minutes=minutes) == abs(real[0][1])


@pytest.mark.parametrize(
    "zone",
    [*zones.ZONES, *zones.STEADY, "Australia/Eucla", "Pacific/Kiritimati", "Pacific/Pago_Pago",
     "Pacific/Marquesas", "Asia/Kabul", "Asia/Yangon"],
)  # fmt: skip
def test_zone_and_rest_are_the_offset(zone: str) -> None:
    """Phones have a list of zones; what lies between two of them is said beside it."""
    said = profile(plain(clock=clock_of(zone)))
    found = re.fullmatch(r"GMT(?:([+-])(\d\d):(\d\d))?", said["Time_Zone"])
    assert found is not None and found[0] != "GMT+00:00", "it is GMT in the phone's list"
    minutes = int(found[2] or 0) * 60 + int(found[3] or 0)
    minutes = -minutes if found[1] == "-" else minutes
    if rest := said["Time_Offset__HH_mm_"]:
        hours, _, more = rest.partition("/")
        minutes += int(hours) * 60 + int(more)
    assert timedelta(minutes=minutes) == zones.offset(zone)


def test_an_adapters_guest_has_a_password_that_nobody_knows() -> None:
    said = profile(plain("spa112"))
    assert said["Web_Login_Admin_Password"] == samples.ADMIN_PASSWORD
    assert said["Web_Login_Guest_Password"] not in ("", "cisco", samples.ADMIN_PASSWORD)
