"""Grandstream's files, read as its devices read them: XML, settings by name or by number."""

import re
from importlib.resources import files as resources
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey, Screen
from dialform.renderers.phones.grandstream.forms import firmware_folder, minutes, ring, zone
from dialform.values import replace

from . import samples

CODES = Codes(dnd_on="*78", dnd_off="*79", forward_on="*72", forward_off="*73", pickup="*8")


def read(phone: Phone) -> dict[str, str]:
    """Its settings: names, or numbers as `P271`. The device takes the file for its own by the MAC."""
    (content,) = samples.files(phone).values()
    root = ElementTree.fromstring(content)
    assert (root.tag, root.get("version")) == ("gs_provision", "1")
    mac, config = root
    assert (mac.tag, mac.text) == ("mac", phone.mac)
    assert config.tag == "config"
    found: dict[str, str] = {}
    for one in config:
        if config.get("version") == "2":
            assert (one.tag, list(one.attrib)) == ("item", ["name"])
            name = one.attrib["name"]
        else:
            assert config.get("version") == "1"
            assert re.fullmatch(r"P[1-9]\d*", one.tag) and not one.attrib
            name = one.tag
        assert name not in found, f"{name} twice"
        found[name] = one.text or ""
    return found


def plain(model: str = "gxp2170", **fields: object) -> Phone:
    return samples.plain("grandstream", model, **fields)


MODELS = [model for vendor, model in samples.every_model() if vendor.key == "grandstream"]


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_every_model_reads_back_and_no_setting_stands_twice(model: Model) -> None:
    lines = tuple(samples.line(str(2000 + number)) for number in range(model.lines))
    for phone in (
        samples.plain("grandstream", model.name, lines=lines),
        samples.full("grandstream", model.name, lines=lines),
        samples.hostile("grandstream", model.name),
    ):
        read(phone)


LINE = samples.line(
    label="Desk", name="Alice Doe", port=5061, transport="tls", srtp="required", voicemail="*98",
    ringtone="2",
)  # fmt: skip


def test_the_account_of_a_line_by_name() -> None:
    got = read(plain(lines=(LINE,)))
    account = {
        name.removeprefix("account.1."): value
        for name, value in got.items()
        if name.startswith("account.1.")
    }
    assert account["enable"] == "Yes"
    assert account["name"] == "Desk"
    assert account["sip.server.1.address"] == samples.DOMAIN, "5061 is the usual port of TLS"
    assert account["sip.userid"] == account["sip.subscriber.userid"] == "1001"
    assert account["sip.subscriber.password"] == LINE.password
    assert account["sip.subscriber.name"] == "Alice Doe"
    assert account["sip.voicemail.number"] == "*98"
    assert account["sip.transport"] == "TlsOrTcp"
    assert account["audio.srtpMode"] == "EnabledAndForced"
    assert account["ring.ringtone"] == "2"


def test_the_account_of_a_line_by_number() -> None:
    got = read(plain("gxp1630", lines=(LINE, replace(LINE, extension="1002"))))
    rows = [("P270", "P47", "P35", "P36", "P34", "P3", "P33", "P130", "P183", "P104")]
    rows += [("P417", "P402", "P404", "P405", "P406", "P407", "P426", "P448", "P443", "P423")]
    for row, extension in zip(rows, ("1001", "1002"), strict=True):
        assert [got[number] for number in row] == [
            "Desk", samples.DOMAIN, extension, extension, LINE.password, "Alice Doe", "*98", "2",
            "2", "2",
        ]  # fmt: skip
    assert got["P501"] == "0", "the third account is not there"


def test_the_port_of_an_adapter() -> None:
    got = read(plain("ht802", lines=(LINE, replace(LINE, extension="1002"))))
    rows = [("P47", "P35", "P36", "P34", "P3", "P130", "P183")]
    rows += [("P747", "P735", "P736", "P734", "P703", "P830", "P443")]
    for row, extension in zip(rows, ("1001", "1002"), strict=True):
        assert [got[number] for number in row] == [
            samples.DOMAIN, extension, extension, LINE.password, "Alice Doe", "2", "2",
        ]  # fmt: skip


def test_ports_share_two_profiles() -> None:
    others = samples.line("1003", server="192.0.2.7"), samples.line("1004", domain="x.example.com")
    got = read(plain("ht814", lines=(samples.line(), samples.line("1002"), *others)))
    assert [got[f"P{4060 + n}"] for n in range(4)] == ["1001", "1002", "1003", "1004"]
    assert [got[f"P{4150 + n}"] for n in range(4)] == ["0", "0", "1", "1"]
    assert got["P47"] == got["P747"] == samples.DOMAIN
    assert got["P748"] == "192.0.2.7"


def test_ports_without_a_line_are_off() -> None:
    got = read(plain("ht818"))
    assert [got[f"P{4595 + n}"] for n in range(8)] == ["1", *["0"] * 7]
    assert got["P401"] == "0"


def test_a_port_is_said_where_it_is_not_the_usual_one() -> None:
    line = samples.line(server="192.0.2.7", port=5080)
    got = read(plain(lines=(line,)))
    assert got["account.1.sip.server.1.address"] == f"{samples.DOMAIN}:5080"
    assert got["account.1.sip.outboundProxy.1.address"] == "192.0.2.7:5080"


def test_from_its_first_fetch_on_only_its_own_address_counts() -> None:
    phone = plain()
    got = read(phone)
    assert got["provisioning.config.protocol"] == "HTTPS"
    assert f"https://{got['provisioning.config.serverPath']}/" == phone.url
    assert got["provisioning.override.dhcp.allowCommonOptions"] == "No"
    assert got["tr069.enable"] == got["provisioning.3cxAutoProvision"] == "No"
    assert got["provisioning.auto.mode"] == "YesUpgradeHourOfDay"
    for model in ("gxp1630", "ht802", "ht814"):
        numbered = read(plain(model))
        assert f"https://{numbered['P237']}/" == phone.url
        assert [numbered[p] for p in ("P212", "P145", "P1409", "P194")] == ["2", "0", "0", "2"]
        assert "P237" not in read(plain(model, url=""))


def test_an_address_without_tls_is_said_as_such() -> None:
    phone = plain(url="http://pbx.example.com/p/abc/")
    assert read(phone)["provisioning.config.protocol"] == "HTTP"
    assert read(replace(phone, model="ht802", template="ata"))["P212"] == "1"


def test_certificates_of_servers_are_checked() -> None:
    got = read(plain())
    assert got["security.validate.serverCertificate"] == "Yes"
    assert got["provisioning.validateHostnameInCertificate"] == "Yes"
    assert got["account.1.sip.validate.certificationChain"] == "Yes"
    for model in ("gxp1630", "ht802"):
        numbered = read(plain(model))
        assert [numbered[p] for p in ("P8463", "P22030", "P2311", "P2367")] == ["1"] * 4


def test_a_notify_is_taken_without_a_challenge_and_from_the_switch_alone() -> None:
    got = read(plain())
    assert got["sip.notify.challenge"] == "No"
    assert got["account.1.sip.validate.incomingServer"] == "Yes"
    assert [read(plain("gxp1630"))[p] for p in ("P4428", "P2347")] == ["1", "1"]
    assert [read(plain("ht802"))[p] for p in ("P4428", "P243")] == ["1", "1"]


def test_no_login_keeps_the_password_that_everybody_knows() -> None:
    got = read(plain("ht802"))
    assert got["P2"] == samples.ADMIN_PASSWORD
    assert re.fullmatch("Zz9[0-9a-f]{21}", got["P196"]) and got["P28113"] == got["P196"]
    assert read(plain())["users.user.password"] == got["P196"]
    assert read(plain(http_password="another"))["users.user.password"] != got["P196"]


ZONES = {
    "UTC": "MTZ+0",
    "Europe/Berlin": "MTZ-1MDT-2,M3.5.0/02:00:00,M10.5.0/03:00:00",
    "America/New_York": "MTZ+5MDT+4,M3.2.0/02:00:00,M11.1.0/02:00:00",
    "Europe/London": "MTZ+0MDT-1,M3.5.0/01:00:00,M10.5.0/02:00:00",
    "Europe/Dublin": "MTZ+0MDT-1,M3.5.0/01:00:00,M10.5.0/02:00:00",
    "America/St_Johns": "MTZ+3:30MDT+2:30,M3.2.0/02:00:00,M11.1.0/02:00:00",
    "Australia/Adelaide": "MTZ-9:30MDT-10:30,M10.1.0/02:00:00,M4.1.0/03:00:00",
    "Pacific/Chatham": "MTZ-12:45MDT-13:45,M9.5.0/02:45:00,M4.1.0/03:45:00",
    "Asia/Kathmandu": "MTZ-5:45",
    "Asia/Jerusalem": "MTZ-2MDT-3,M3.4.4/24:00:00,M10.5.0/02:00:00",
    "America/Nuuk": "MTZ+2MDT+1,M3.5.0/00:00:00,M10.5.0/00:00:00",
}


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_of_its_own(name: str) -> None:
    clock = clock_of(name)
    assert zone(clock) == ZONES[name]
    assert read(plain(clock=clock))["dateTime.timezone.custom"] == ZONES[name]
    got = read(plain("ht802", clock=clock))
    assert (got["P64"], got["P246"]) == ("customize", ZONES[name])


def test_every_zone_of_the_world_has_a_form_and_fits() -> None:
    for name in resources("tzdata").joinpath("zones").read_text("utf-8").split():
        text = zone(clock_of(name))
        assert len(text) <= 64, name
        turn = r"M\d{1,2}\.[1-5]\.[0-6]/([01]\d|2[0-4]):\d\d:00"
        assert re.fullmatch(rf"MTZ[+-]\d+(:\d\d)?(MDT[+-]\d+(:\d\d)?,{turn},{turn})?", text), (
            f"{name}: {text}"
        )


KEYS = {
    "line": (PhoneKey("line", "One", line=2), ("Line", "")),
    "blf": (PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN, "*81002"), ("BLF", "1002")),
    "speed-dial": (PhoneKey("speed-dial", "Dentist", "+12125550177"), ("SpeedDial", "+12125550177")),
    "park": (PhoneKey("park", "Slot", "5901", "park+5901"), ("MonitoredCallPark", "park+5901")),
    "dnd": (PhoneKey("dnd", "DND", "*78"), ("DND", "*78")),
    "forward": (PhoneKey("forward", "Mobile", "*7219175550123"), ("SpeedDial", "*7219175550123")),
    "voicemail": (PhoneKey("voicemail", "Mail", "*98"), ("SpeedDial", "*98")),
    "page": (PhoneKey("page", "All", "950"), ("SpeedDial", "950")),

}  # fmt: skip


@pytest.mark.parametrize("kind", KEYS)
def test_keys_by_name(kind: str) -> None:
    key, expected = KEYS[kind]
    got = read(plain(lines=(samples.line(), samples.line("1002")), keys=(key,)))
    assert (got["pks.vpk.1.keyMode"], got["pks.vpk.1.value"]) == expected
    assert got["pks.vpk.1.account"] == str(key.line - 1)
    assert got["pks.vpk.1.description"] == key.label


def test_a_parking_key_in_a_call_sends_the_other_side_there() -> None:
    got = read(plain(keys=(PhoneKey("park", "Slot", "5901", "park+5901"),)))
    assert got["call.transfer.modeViaVpk"] == "BlindTransfer"
    assert "call.transfer.modeViaVpk" not in read(plain()), "else it is the user's choice"


def test_a_watched_phone_that_rings_is_picked_up_by_the_tenants_code() -> None:
    got = read(plain(codes=CODES))
    assert got["account.1.sip.blf.callPickup.prefix"] == "*8"
    assert got["account.1.sip.blf.callPickup.forcePrefix"] == "Force"
    without = read(plain(codes=Codes()))
    assert without["account.1.sip.blf.callPickup.forcePrefix"] == "Disabled"
    assert read(plain("gxp1630", codes=CODES))["P1347"] == "*8"


def test_codes_are_the_switchs_and_not_the_phones_own() -> None:
    got = read(plain(codes=CODES))
    codes = {name: value for name, value in got.items() if ".1.featureCodes." in name}
    assert {name.rpartition(".")[2]: value for name, value in codes.items()} == {
        "callFeatures": "No", "dndOn": "*78", "dndOff": "*79",
        "callForwardUnconditionallyOn": "*72", "callForwardUnconditionallyOff": "*73",
    }  # fmt: skip
    assert [read(plain("gxp1630", codes=CODES))[p] for p in ("P191", "P2344", "P2345")] == [
        "0", "*78", "*79",
    ]  # fmt: skip
    got = read(plain("ht802", lines=(LINE, LINE)))
    assert got["P191"] == got["P751"] == "0"


def _numbered(count: int) -> tuple[PhoneKey, ...]:
    return tuple(PhoneKey("speed-dial", f"Key {n}", f"77{n}") for n in range(1, count + 1))


def test_keys_go_on_on_keys_with_lamps_and_on_modules() -> None:
    got = read(plain("gxp2160", keys=_numbered(48)))
    assert got["pks.vpk.24.value"] == "7724"
    assert got["pks.mpk.1.value"] == "7725"
    assert got["pks.mpk.1.account"] == "Account1"
    assert got["pks.mpk.24.value"] == "7748"
    got = read(plain("gxp2170", keys=_numbered(90), modules=("gxp2200ext", "gxp2200ext")))
    assert got["pks.ext.1.value"] == "7749"
    assert got["pks.ext.41.value"] == "7789"
    assert got["pks.ext.80.keyMode"] == "None"


def test_only_the_first_keys_may_show_a_line() -> None:
    keys = (*_numbered(12), PhoneKey("line", "One"))
    got = read(plain("gxp2170", keys=keys))
    assert got["pks.vpk.13.keyMode"] == "None"


def test_a_phone_with_one_line_key_takes_several_calls() -> None:
    assert read(plain())["pks.vpk.settings.mode"] == "AccountMode"
    assert read(plain("gxp1760"))["P8369"] == "1"


def test_keys_by_number() -> None:
    blf = PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN)
    keys = (PhoneKey("line", "One"), blf, PhoneKey("none", ""), blf, *_numbered(7))
    got = read(plain("gxp1630", keys=keys))
    assert [got[p] for p in ("P1363", "P1364", "P1465", "P1466")] == ["0", "0", "One", ""]
    # A line key has no lamp for others: it dials.
    assert [got[p] for p in ("P1365", "P1366", "P1467", "P1468")] == ["10", "0", "Bob", "1002"]
    assert [got[p] for p in ("P1367", "P1470")] == ["0", ""]
    assert [got[p] for p in ("P323", "P301", "P302", "P303")] == ["1", "0", "Bob", "1002"]
    assert [got[p] for p in ("P353", "P354", "P355", "P356")] == ["0", "0", "Key 7", "777"]


def test_keys_of_several_pages_by_number() -> None:
    blf = PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN)
    got = read(plain("gxp1782", keys=(*_numbered(6), blf, *_numbered(1), blf, *_numbered(23))))
    assert [got[p] for p in ("P1373", "P1374", "P1475", "P1476")] == ["10", "0", "Key 6", "776"]
    assert [got[p] for p in ("P23800", "P23803")] == ["11", "1002"], "the first eight are fixed"
    assert [got[p] for p in ("P23808", "P23811")] == ["1", "1002"]
    assert got["P23903"] == "7723"


def test_codecs_fill_all_places_in_their_order() -> None:
    got = read(plain(codecs=("G722", "PCMA")))
    assert [got[f"account.1.codec.choice.{n}"] for n in range(1, 9)] == ["G.722", *["PCMA"] * 7]
    got = read(plain("gxp1620", codecs=("ILBC", "PCMU")))
    assert [got[p] for p in ("P57", "P58", "P46")] == ["98", "0", "0"]
    got = read(plain("ht812", codecs=("ILBC", "OPUS"), lines=(LINE, LINE)))
    assert [got[p] for p in ("P57", "P58", "P46", "P757", "P814")] == [
        "97",
        "123",
        "123",
        "97",
        "123",
    ]


def test_key_presses() -> None:
    for dtmf, expected in {"rfc2833": "010", "info": "001", "inband": "100"}.items():
        got = read(plain("gxp1610", dtmf=dtmf))
        assert "".join(got[p] for p in ("P2301", "P2302", "P2303")) == expected
    assert [read(plain("ht801", dtmf="info"))[p] for p in ("P850", "P851")] == ["102", "101"]


def test_the_screen() -> None:
    got = read(plain(screen=Screen(backlight=0, brightness=1, screensaver=0)))
    assert got["lcd.backlight.activeTimeout"] == "90"
    assert got["lcd.backlight.brightness.active"] == "10"
    assert got["lcd.screensaver.enable"] == "No" and "lcd.screensaver.timeout" not in got
    got = read(plain("gxp1630", screen=Screen(backlight=0, brightness=50)))
    assert (got["P334"], got["P335"]) == ("4", "4"), "always lit is idle as bright as active"
    assert not [name for name in read(plain()) if name.startswith("lcd.")]


def test_emergency_numbers_are_dialled_from_a_locked_phone() -> None:
    assert read(plain(emergency_numbers=("112", "911")))["keys.lock.emergency"] == "112,911"
    assert "keys.lock.emergency" not in read(plain(emergency_numbers=()))


def test_minutes_are_whole_and_never_none() -> None:
    assert [minutes(s, 3, 60) for s in (None, 0, 1, 600, 21600)] == [None, 0, 3, 10, 60]


def test_a_firmware_is_a_folder() -> None:
    assert firmware_folder("https://files.example.com/gs/grp2615fw.bin") == "files.example.com/gs"
    assert firmware_folder("https://files.example.com/gs/") == "files.example.com/gs"
    assert firmware_folder("https://files.example.com") == "files.example.com"
    assert firmware_folder("") == ""
    got = read(plain("gxp1630", firmware="http://files.example.com/gs"))
    assert (got["P6767"], got["P192"]) == ("1", "files.example.com/gs")


def test_a_ringtone_is_a_number_or_one_of_three_words() -> None:
    assert [ring(name) for name in ("2", "Silent", "default", "Bell", "")] == [2, 4, 5, None, None]


def test_the_language_of_screens_and_of_the_voice_menu() -> None:
    for written, code in {
        "cs": "cz",
        "sv": "se",
        "de-at": "de",
        "zh-tw": "zh-tw",
        "xx": "en",
    }.items():
        assert read(plain(language=written))["language.gui"] == code
    assert read(plain("ht802", language="es"))["P342"] == "10"


@settings(max_examples=60, deadline=None)
@given(label=samples.NAMES, name=samples.NAMES, key=samples.NAMES, password=samples.PASSWORDS)
def test_whatever_the_schema_lets_through_comes_back(
    label: str, name: str, key: str, password: str
) -> None:
    line = samples.line(label=label, name=name, password=password)
    keys = (PhoneKey("speed-dial", key, "77"),)
    phone = plain("grp2612", lines=(line,), keys=keys, admin_password=password)
    got = read(phone)
    assert got["account.1.name"] == label
    assert got["account.1.sip.subscriber.name"] == name
    assert got["account.1.sip.subscriber.password"] == password
    assert got["users.admin.password"] == password
    assert got["pks.vpk.1.description"] == key[:32], "no more fits"
    numbered = read(replace(phone, model="gxp1628", template="pvalues"))
    assert [numbered[p] for p in ("P270", "P3", "P34", "P2", "P1465")] == [
        label, name, password, password, key[:32],
    ]  # fmt: skip
    adapter = read(replace(phone, model="ht801", template="ata"))
    assert [adapter[p] for p in ("P3", "P34", "P2")] == [name, password, password]


@settings(max_examples=60, deadline=None)
@given(dial=samples.TEXTS, ntp=samples.TEXTS)
def test_texts_begin_no_setting_of_their_own(dial: str, ntp: str) -> None:
    for model in ("grp2612", "gxp1628", "ht801"):
        calm = plain(model, keys=(PhoneKey("speed-dial", "A", "77"),), ntp="ntp.example.com")
        odd = replace(calm, keys=(PhoneKey("speed-dial", "A", dial),), ntp=ntp)
        assert list(read(odd)) == list(read(calm))


@pytest.mark.parametrize("template", sorted(samples.known("grandstream").templates))
@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_another_template_than_the_models_own_is_no_fault(model: Model, template: str) -> None:
    """As for a GXP2170 with a firmware from before names: by number it has four accounts."""
    phone = samples.full("grandstream", model.name)
    lines = tuple(samples.line(str(2000 + number)) for number in range(model.lines))
    got = read(replace(phone, template=template, lines=lines))
    assert "2000" in got.values()
