"""Yealink's files, read as its phones read them: a first line of its own, then `name = value`."""

import re
from importlib.resources import files as resources

import pytest
from hypothesis import given, settings

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, Screen
from dialform.renderers.phones.nearest import nearest
from dialform.renderers.phones.yealink.words import ring
from dialform.values import replace

from . import samples

HEADER = "#!version:1.0.0.1"
SETTING = re.compile(r"([a-z0-9_.]+) = ?(.*)")
TWICE = {"static.security.user_password", "security.user_password"}
"""A login a line; everything else stands once."""


def read(phone: Phone) -> dict[str, str]:
    """Its settings, as the phone has them after a fetch: blanks around a value go, %NULL% is nothing."""
    (content,) = samples.files(phone).values()
    first, *lines = content.decode().split("\n")
    assert first == HEADER
    assert lines.pop() == ""
    found: dict[str, str] = {}
    for line in lines:
        matched = SETTING.fullmatch(line)
        assert matched, line
        name, value = matched[1], matched[2].strip(" ")
        assert name not in found or name in TWICE, f"{name} twice"
        if name in TWICE:
            name = f"{name}.{value.partition(':')[0]}"
        found[name] = "" if value == "%NULL%" else value
    return found


def plain(model: str = "t46s", **fields: object) -> Phone:
    return samples.plain("yealink", model, **fields)


MODELS = [model for vendor, model in samples.every_model() if vendor.key == "yealink"]


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_every_model_reads_back_and_no_setting_stands_twice(model: Model) -> None:
    for make in (samples.plain, samples.full, samples.hostile):
        read(make("yealink", model.name))


def test_the_account_of_a_line() -> None:
    line = samples.line(
        label="Desk", name="Alice Doe", port=5061, transport="tls", srtp="required",
        voicemail="*98", ringtone="2",
    )  # fmt: skip
    got = read(plain(lines=(line,)))
    assert got["account.1.enable"] == "1"
    assert got["account.1.label"] == "Desk"
    assert got["account.1.display_name"] == "Alice Doe"
    assert got["account.1.user_name"] == got["account.1.auth_name"] == "1001"
    assert got["account.1.password"] == line.password
    assert got["account.1.sip_server.1.address"] == samples.DOMAIN
    assert got["account.1.sip_server.1.port"] == "5061"
    assert got["account.1.sip_server.1.transport_type"] == "2"
    assert got["account.1.srtp_encryption"] == "2"
    assert got["voice_mail.number.1"] == "*98"
    assert got["account.1.ringtone.ring_type"] == "Ring2.wav"
    assert got["account.1.outbound_proxy_enable"] == "0"


def test_packets_go_to_the_lines_own_server_and_the_domain_stays() -> None:
    line = samples.line(server="192.0.2.7", port=5080)
    got = read(plain(lines=(line,)))
    assert got["account.1.sip_server.1.address"] == samples.DOMAIN
    assert got["account.1.outbound_proxy_enable"] == "1"
    assert got["account.1.outbound_proxy.1.address"] == "192.0.2.7"
    assert got["account.1.outbound_proxy.1.port"] == "5080"


def test_lines_that_a_phone_had_before_are_gone() -> None:
    got = read(plain(lines=(samples.line(),)))
    assert [got[f"account.{n}.enable"] for n in range(1, 17)] == ["1", *["0"] * 15]
    assert got["account.2.password"] == ""


def test_from_its_first_fetch_on_only_its_own_address_counts() -> None:
    phone = plain()
    got = read(phone)
    assert got["static.auto_provision.server.url"] == phone.url
    for other in ("dhcp_option.enable", "pnp_enable"):
        assert got[f"static.auto_provision.{other}"] == "0"
    assert got["static.zero_touch.enable"] == got["static.managementserver.enable"] == "0"
    assert got["static.auto_provision.power_on"] == "1"
    assert got["static.auto_provision.weekly.dayofweek"] == "0123456"
    assert not [name for name in read(plain(url="")) if "provision" in name]


def test_certificates_of_servers_are_checked() -> None:
    got = read(plain())
    assert got["static.security.trust_certificates"] == "1"
    assert got["static.security.cn_validation"] == "1"


def test_no_login_keeps_the_password_that_everybody_knows() -> None:
    got = read(plain())
    admin = got["static.security.user_password.admin"]
    user = got["static.security.user_password.user"]
    assert admin == f"admin:{samples.ADMIN_PASSWORD}"
    assert re.fullmatch(r"user:Zz9[0-9a-f]{21}", user)
    assert read(plain(http_password="another"))["static.security.user_password.user"] != user


def test_a_request_to_fetch_restarts_nothing_and_comes_from_the_switch() -> None:
    got = read(plain())
    assert got["sip.notify_reboot_enable"] == "0"
    assert got["sip.trust_ctrl"] == "1"
    assert samples.known("yealink").resync == "check-sync;reboot=false"


CLOCKS = {
    "America/New_York": ("-5", "3/2/7/2", "11/1/7/2", "60"),
    "Europe/Berlin": ("+1", "3/5/7/2", "10/5/7/3", "60"),
    "Europe/Dublin": ("0", "3/5/7/1", "10/5/7/2", "60"),
    "America/St_Johns": ("-3:30", "3/2/7/2", "11/1/7/2", "60"),
    "Australia/Lord_Howe": ("+10:30", "10/1/7/2", "4/1/7/2", "30"),
    "Asia/Jerusalem": ("+2", "3/4/4/23", "10/5/7/2", "60"),
    "America/Nuuk": ("-2", "3/5/7/0", "10/5/7/0", "60"),
    "Africa/Cairo": ("+2", "4/5/5/0", "10/5/4/23", "60"),
}


@pytest.mark.parametrize("zone", CLOCKS)
def test_daylight_saving_by_month_week_day_and_hour(zone: str) -> None:
    got = read(plain(clock=clock_of(zone)))
    assert got["local_time.summer_time"] == got["local_time.dst_time_type"] == "1"
    names = ("time_zone", "start_time", "end_time", "offset_time")
    assert tuple(got[f"local_time.{name}"] for name in names) == CLOCKS[zone]


@pytest.mark.parametrize(
    ("zone", "offset"), [("UTC", "0"), ("Asia/Kathmandu", "+5:45"), ("Asia/Tokyo", "+9")]
)
def test_a_zone_without_daylight_saving(zone: str, offset: str) -> None:
    got = read(plain(clock=clock_of(zone)))
    assert got["local_time.time_zone"] == offset
    assert got["local_time.summer_time"] == "0"
    assert "local_time.start_time" not in got


def test_every_zone_of_the_world_has_a_form() -> None:
    names = resources("tzdata").joinpath("zones").read_text("utf-8").split()
    for zone in names:
        got = read(plain("t19p-e2", clock=clock_of(zone)))
        assert re.fullmatch(r"0|[+-]\d{1,2}(:\d\d)?", got["local_time.time_zone"]), zone
        if got["local_time.summer_time"] == "1":
            for turn in ("start_time", "end_time"):
                turned = got[f"local_time.{turn}"]
                assert re.fullmatch(r"\d{1,2}/[1-5]/[1-7]/(1?\d|2[0-3])", turned), zone


KEYS = {
    "line": (PhoneKey("line", "One", line=2), ("15", "2", "", "")),
    "blf": (
        PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN, "*81002"),
        ("16", "1", "1002", "*8"),
    ),
    "speed-dial": (PhoneKey("speed-dial", "Dentist", "+12125550177"), ("13", "1", "+12125550177", "")),
    "park": (PhoneKey("park", "Slot", "5901", "park+5901"), ("16", "1", "park+5901", "")),
    "dnd": (PhoneKey("dnd", "DND", "*78"), ("5", "1", "", "")),
    "forward": (PhoneKey("forward", "Mobile", "*7219175550123"), ("2", "1", "19175550123", "")),
    "voicemail": (PhoneKey("voicemail", "Mail", "*98"), ("12", "1", "*98", "")),
    "another box": (PhoneKey("voicemail", "Office", "1999"), ("13", "1", "1999", "")),
    "page": (PhoneKey("page", "All", "950"), ("13", "1", "950", "")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KEYS)
def test_keys(kind: str) -> None:
    key, expected = KEYS[kind]
    codes = Codes(dnd_on="*78", forward_on="*72", pickup="*8")
    lines = (samples.line(voicemail="*98"), samples.line("1002"))
    got = read(plain(lines=lines, keys=(key,), codes=codes))
    names = ("type", "line", "value", "extension")
    assert tuple(got[f"linekey.1.{name}"] for name in names) == expected
    assert got["linekey.1.label"] == key.label
    assert got.get("linekey.1.pickup_value", "") == expected[3], "its older name"
    assert got["features.blf_pickup_only_send_code"] == "0"


def test_a_parking_key_in_a_call_sends_the_other_side_there() -> None:
    got = read(plain(keys=(PhoneKey("park", "Slot", "5901", "park+5901"),)))
    assert got["transfer.dsskey_deal_type"] == "2"
    assert "transfer.dsskey_deal_type" not in read(plain()), "else it is the user's choice"


def test_keys_that_a_phone_had_before_are_gone() -> None:
    got = read(plain(keys=(PhoneKey("speed-dial", "Dentist", "77"),)))
    types = [got[f"linekey.{n}.type"] for n in range(1, 28)]
    assert types == ["13", *["0"] * 26]


def _numbered(count: int) -> tuple[PhoneKey, ...]:
    return tuple(PhoneKey("speed-dial", f"Key {n}", f"77{n}") for n in range(1, count + 1))


def test_keys_go_on_on_the_modules() -> None:
    got = read(plain("t27g", keys=_numbered(62), modules=("exp20", "exp20")))
    assert got["linekey.21.value"] == "7721"
    assert got["expansion_module.1.key.1.value"] == "7722"
    assert got["expansion_module.1.key.20.value"] == "7741"
    assert "expansion_module.1.key.21.type" not in got, "that key turns the page"
    assert got["expansion_module.1.key.40.value"] == "7760"
    assert got["expansion_module.2.key.1.value"] == "7761"
    assert got["expansion_module.2.key.3.type"] == "0"


def test_older_phones_have_keys_beside_the_screen() -> None:
    got = read(plain("t26p", keys=_numbered(13)))
    assert got["linekey.3.value"] == "773"
    assert got["memorykey.1.value"] == "774"
    assert got["memorykey.10.value"] == "7713"


def test_codecs_stand_in_order_and_all_others_are_off() -> None:
    got = read(plain(codecs=("G722", "PCMA")))
    on = {
        name.split(".")[3]: got[name.replace("enable", "priority")]
        for name, value in got.items()
        if name.startswith("account.1.codec.") and name.endswith(".enable") and value == "1"
    }
    assert on == {"g722": "1", "pcma": "2"}
    assert got["account.1.codec.g723_53.enable"] == got["account.1.codec.opus.enable"] == "0"


def test_older_phones_count_their_codecs() -> None:
    got = read(plain("t28p", codecs=("G722", "PCMA")))
    on = [n for n in range(1, 12) if got[f"account.1.codec.{n}.enable"] == "1"]
    rows = {
        got[f"account.1.codec.{n}.payload_type"]: (
            got[f"account.1.codec.{n}.priority"], got[f"account.1.codec.{n}.rtpmap"]
        )
        for n in on
    }  # fmt: skip
    assert rows == {"PCMA": ("2", "8"), "G722": ("1", "9")}


def test_older_phones_have_other_names() -> None:
    line = samples.line(server="192.0.2.7", port=5080, transport="tcp")
    got = read(plain("t22p", lines=(line,), vlan=42))
    assert not [name for name in got if name.startswith("static.")]
    assert got["auto_provision.server.url"].endswith(f"{samples.TOKEN}/")
    assert got["account.1.transport"] == "1"
    assert got["account.1.outbound_host"] == "192.0.2.7"
    assert got["network.vlan.internet_port_vid"] == "42"


CODES = Codes(dnd_on="*78", dnd_off="*79", forward_on="*72", forward_off="*73", pickup="*8")


def test_one_line_tells_the_switch_for_the_phone() -> None:
    got = read(plain(codes=CODES))
    assert got["features.dnd_mode"] == got["features.fwd_mode"] == "0"
    assert (got["features.dnd.on_code"], got["features.dnd.off_code"]) == ("*78", "*79")
    assert (got["forward.always.on_code"], got["forward.always.off_code"]) == ("*72", "*73")


def test_of_several_lines_each_tells_the_switch_for_itself() -> None:
    got = read(plain(lines=(samples.line(), samples.line("1002")), codes=CODES))
    assert got["features.dnd_mode"] == got["features.fwd_mode"] == "1"
    assert (got["account.2.dnd.on_code"], got["account.2.always_fwd.off_code"]) == ("*78", "*73")


def test_codes_that_are_switched_off_are_not_kept() -> None:
    got = read(plain(codes=Codes()))
    assert got["features.dnd.on_code"] == got["features.pickup.direct_pickup_code"] == ""
    assert got["features.pickup.direct_pickup_enable"] == "0"


@pytest.mark.parametrize(
    ("wanted", "nearest_one"), [(1, 15), (44, 30), (45, 60), (7200, 1800), (0, 0)]
)
def test_a_backlight_that_the_phone_has_not_is_the_nearest(wanted: int, nearest_one: int) -> None:
    got = read(plain(screen=Screen(backlight=wanted)))
    assert got["phone_setting.backlight_time"] == str(nearest_one)


def test_nearest_is_never_the_one_that_means_always() -> None:
    assert nearest((0, 15, 30), 1) == 15
    assert nearest((0, 10, 20), 15) == 20


def test_what_nobody_says_stays_as_the_phone_has_it() -> None:
    got = read(plain())
    for name in ("backlight_time", "active_backlight_level", "ring_type"):
        assert f"phone_setting.{name}" not in got
    assert not [name for name in got if "vlan" in name or "firmware" in name]


def test_a_language_of_a_country_is_that_language_where_there_is_no_better() -> None:
    for written, name in {"fr-ca": "French_CA", "de-at": "German", "xx": "English"}.items():
        assert read(plain(language=written))["lang.gui"] == name


def test_ringtones_are_numbers_or_names() -> None:
    assert ring("3") == ring("03") == "Ring3.wav"
    assert ring("Splash.wav") == "Splash.wav"
    assert ring("٣") == "٣", "a digit, but none that int should read here"


def test_emergency_numbers_are_dialled_at_once() -> None:
    got = read(plain(emergency_numbers=("112", "911")))
    assert got["dialplan.dialnow.rule.1"] == "112"
    assert got["dialplan.dialnow.rule.2"] == "911"
    assert got["phone_setting.emergency.number"] == "112,911", "from a locked phone too"


def test_a_label_is_no_longer_than_the_phone_takes() -> None:
    long = "Ab" * 60
    key = PhoneKey("speed-dial", long, "77")
    got = read(plain(lines=(samples.line(label=long, name=long),), keys=(key,)))
    for name in ("account.1.label", "account.1.display_name", "linekey.1.label"):
        assert got[name] == long[:99]


def test_a_base_gives_each_line_to_a_handset() -> None:
    lines = (samples.line(label="Hall"), samples.line("1002", label="Yard"))
    got = read(plain("w70b", lines=lines))
    assert [got[f"handset.{n}.name"] for n in (1, 2)] == ["Hall", "Yard"]
    for name in ("incoming_lines", "dial_out_lines", "dial_out_default_line"):
        assert got[f"handset.2.{name}"] == "2"
    assert not [name for name in got if name.startswith("linekey")]


def test_accounts_of_several_bases_share_what_they_say_of_servers() -> None:
    lines = (samples.line(), samples.line("1002"), samples.line("1003", server="192.0.2.7"))
    got = read(plain("w90b", lines=lines))
    named = [got[f"account.{n}.sip_server.template"] for n in (1, 2, 3)]
    assert named == ["1", "1", "2"]
    assert got["template.2.outbound_proxy.1.address"] == "192.0.2.7"
    assert "account.1.sip_server.1.address" not in got


@settings(max_examples=60, deadline=None)
@given(label=samples.NAMES, name=samples.NAMES, key=samples.NAMES, password=samples.PASSWORDS)
def test_whatever_the_schema_lets_through_comes_back(
    label: str, name: str, key: str, password: str
) -> None:
    line = samples.line(label=label, name=name, password=password)
    keys = (PhoneKey("speed-dial", key, "77"),)
    got = read(plain("t31g", lines=(line,), keys=keys, admin_password=password))
    for setting, text in {
        "account.1.label": label,
        "account.1.display_name": name,
        "account.1.password": password,
        "linekey.1.label": key,
        "static.security.user_password.admin": f"admin:{password}",
    }.items():
        assert got[setting] == ("" if text == "%NULL%" else text.strip(" "))


@settings(max_examples=60, deadline=None)
@given(dial=samples.TEXTS, ntp=samples.TEXTS, tone=samples.TEXTS)
def test_texts_begin_no_setting_of_their_own(dial: str, ntp: str, tone: str) -> None:
    calm = plain(keys=(PhoneKey("speed-dial", "A", "77"),), ntp="ntp.example.com", ringtone="x")
    odd = replace(calm, keys=(PhoneKey("speed-dial", "A", dial),), ntp=ntp, ringtone=tone)
    assert list(read(odd)) == list(read(calm))


@pytest.mark.parametrize("template", sorted(samples.known("yealink").templates))
@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_another_template_than_the_models_own_is_no_fault(model: Model, template: str) -> None:
    got = read(samples.full("yealink", model.name, template=template))
    assert got["account.1.user_name"] == "1001"
