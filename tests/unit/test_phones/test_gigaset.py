"""Gigaset's files: XML, parameters of a base, or items of its memory."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Phone
from dialform.renderers.phones.gigaset.words import PLACES, place
from dialform.renderers.phones.templating import one_line

from . import samples, zones


def parameters(phone: Phone) -> dict[str, str]:
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac}.xml"])
    assert (root.tag, root.get("productID")) == ("provisioning", "e2")
    found: dict[str, str] = {}
    for one in root.findall("nvm/param"):
        name = one.attrib["name"]
        assert name not in found, name
        found[name] = one.attrib["value"]
    return found


def items(phone: Phone) -> dict[str, str]:
    root = ElementTree.fromstring(samples.files(phone)[f"{phone.mac}.xml"])
    assert root.tag == "ProviderFrame"
    found: dict[str, str] = {}
    for one in root.findall("Provider/SYMB_ITEM"):
        name = one.attrib["ID"]
        assert name not in found, name
        found[name] = one.attrib["value"]
    return found


def base(**fields: object) -> Phone:
    return samples.plain("gigaset", "n870", **fields)


def old(**fields: object) -> Phone:
    return samples.plain("gigaset", "n510", **fields)


def test_a_base_asks_at_its_own_address_from_then_on() -> None:
    said = parameters(base())
    assert said["Provisioning.global.ProvisioningServer"] == f"{samples.BASE}{samples.TOKEN}"
    assert said["SystemSettings.global.SipMulticastEnabled"] == "0"
    assert "Provisioning.global.ProvisioningServer" not in parameters(base(url=""))


def test_line_n_is_handset_n() -> None:
    said = parameters(base(lines=(samples.line("1001"), samples.line("1002", voicemail="*98"))))
    assert said["SipAccount.00002.UserName"] == said["SipAccount.00002.AuthName"] == "1002"
    assert said["SipAccount.00002.VoiceMailMailbox"] == "*98"
    assert (said["SipAccount.00001.VoiceMailActive"], said["SipAccount.00002.VoiceMailActive"]) == (
        "0",
        "1",
    )
    assert said["hs.00002.DECT_AC"] == "1002"


def test_handsets_whose_lines_are_gone_go_too() -> None:
    root = ElementTree.fromstring(samples.files(base())[f"{samples.MAC}.xml"])
    opers = [(one.get("name"), one.get("value")) for one in root.findall("nvm/oper")]
    assert opers == [("DeleteNotProvisionedHS", None), ("add_hs", "00001")]


def test_lines_that_register_at_one_place_share_it() -> None:
    away = samples.line("1003", server="192.0.2.7", port=5080, transport="tls", srtp="required")
    said = parameters(base(lines=(samples.line("1001"), away, samples.line("1002"))))
    numbers = [said[f"SipAccount.0000{n}.ProviderId"] for n in (1, 2, 3)]
    assert numbers == ["0", "1", "0"]
    assert said["SipProvider.1.OutboundProxyMode"] == "0"
    assert said["SipProvider.1.OutboundProxyAddress"] == "192.0.2.7"
    assert (said["SipProvider.1.TransportProtocol"], said["SipProvider.0.TransportProtocol"]) == (
        "3",
        "1",
    )
    assert said["SipProvider.1.AcceptNonSRTPCalls"] == "0"
    assert said["SipProvider.0.OutboundProxyMode"] == "2"
    assert "SipProvider.2.Name" not in said


@pytest.mark.parametrize("zone", [*zones.ZONES, *zones.STEADY])
def test_the_base_is_told_a_place_whose_clock_goes_the_same_way(zone: str) -> None:
    """Where it knows one; else at least the same offset."""
    clock = clock_of(zone)
    found = clock_of(place(clock))
    offsets = {clock_of(name).offset for name in PLACES}
    assert found.offset == clock.offset or clock.offset not in offsets
    same = [
        name
        for name in PLACES
        if (clock_of(name).offset, clock_of(name).start) == (clock.offset, clock.start)
    ]
    assert not same or found.start == clock.start


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berlin", "Europe/Paris"), ("America/New_York", "America/New_York"),
        ("UTC", "Greenwich"), ("Asia/Tokyo", "Asia/Tokyo"), ("Asia/Singapore", "Asia/Hong_Kong"),
        ("America/Detroit", "America/New_York"), ("Europe/Kyiv", "Europe/Athens"),
    ],
)  # fmt: skip
def test_places(zone: str, told: str) -> None:
    assert parameters(base(clock=clock_of(zone)))["DmGlobal.0.TimeZone"] == told


@pytest.mark.parametrize(
    ("firmware", "version"),
    [
        ("https://files.example.com/Gigaset-Nx70-V2.65.0-build.8504c90.bin", "2.65.0"),
        ("https://files.example.com/base.bin", None),
    ],
)
def test_firmware(firmware: str, version: str | None) -> None:
    root = ElementTree.fromstring(samples.files(base(firmware=firmware))[f"{samples.MAC}.xml"])
    (file,) = root.findall("firmware/file")
    assert (file.get("url"), file.get("version")) == (firmware, version)


def test_the_n510_counts_in_hexadecimal_and_puts_texts_into_quotes() -> None:
    said = items(old(lines=(samples.line("1001"), samples.line("1002", port=5080)), vlan=42))
    assert said["BS_IP_Data1.aucS_SIP_USER_ID"] == '"1001"'
    assert said["BS_IP_Data1.aucS_SIP_USER_ID_2"] == '"1002"'
    assert said["BS_IP_Data1.uiI_SIP_SERVER_PORT_2"] == "0x13d8"
    assert said["BS_Accounts.astAccounts[1].uiSendMask"] == "0x2"
    assert said["BS_IP_Data1.uiI_VLAN_ID"] == "0x2a"
    assert said["BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER"] == "0x00,0x01"
    assert said["BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_3"] == "0x0"
    assert said["BS_IP_Data1.aucS_SIP_PASSWORD_3"] == '""'


@pytest.mark.parametrize(("password", "said"), [("4711", "0x47,0x11"), ("long and good", "")])
def test_the_n510_has_a_pin_of_four_digits(password: str, said: str) -> None:
    found = items(old(admin_password=password))["BS_CUSTOM.aucKdsPin[0]"]
    assert re.fullmatch(r"0x\d\d,0x\d\d", found)
    assert found == said or (not said and found != "0x00,0x00")


@given(samples.NAMES, samples.TEXTS, samples.PASSWORDS)
def test_whatever_people_write_comes_back(name: str, text: str, password: str) -> None:
    fields = {
        "lines": (samples.line(name=name, label=name, password=password),),
        "ntp": text,
        "admin_password": password,
    }
    new, before = parameters(base(**fields)), items(old(**fields))
    assert new["SipAccount.00001.DisplayName"] == one_line(name)
    assert new["SipAccount.00001.AuthPassword"] == one_line(password)
    assert new["WebUIAccounts.1.Password"] == one_line(password)
    assert new["DmGlobal.0.NtpServer"] == one_line(text)
    assert before["BS_IP_Data1.aucS_SIP_DISPLAYNAME"] == f'"{one_line(name)}"'
    assert before["BS_IP_Data1.aucS_SIP_PASSWORD"] == f'"{one_line(password)}"'
