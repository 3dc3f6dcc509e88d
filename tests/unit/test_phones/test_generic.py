"""What softphones take: words for people, Linphone's configuration, baresip's accounts, the code to scan."""

import hashlib
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given

from dialform.cli.device import qr
from dialform.compiler.phones.resolved import Phone, PhoneKey
from dialform.renderers.phones.generic.words import quoted
from dialform.renderers.phones.templating import one_line
from dialform.values import replace

from . import qr_reading, registrar, samples

SPACE = "{http://www.linphone.org/xsds/lpconfig.xsd}"
needs_baresip = pytest.mark.skipif(
    shutil.which("baresip") is None, reason="baresip is not installed: its file is not tried on it"
)


def plain(**fields: object) -> Phone:
    return samples.plain("generic", **fields)


def linphone(phone: Phone) -> dict[str, dict[str, str]]:
    """Sections of the configuration, as Linphone's XML has them."""
    root = ElementTree.fromstring(samples.files(phone)["linphone.xml"])
    assert root.tag == f"{SPACE}config"
    found: dict[str, dict[str, str]] = {}
    for section in root:
        assert section.tag == f"{SPACE}section" and section.attrib["name"] not in found
        entries = found.setdefault(section.attrib["name"], {})
        for entry in section:
            assert entry.tag == f"{SPACE}entry" and entry.attrib["overwrite"] == "true"
            assert entry.attrib["name"] not in entries
            entries[entry.attrib["name"]] = entry.text or ""
    return found


def accounts(phone: Phone) -> list[tuple[str, str, dict[str, str]]]:
    """Of each account of baresip's its name, its address and its parameters."""
    found = []
    for line in samples.files(phone)["accounts"].decode().splitlines():
        if line.startswith("#"):
            continue
        parts = re.fullmatch(r'"([^"]*)" <([^>]*)>(.*)', line)
        assert parts, line
        pairs = re.findall(r';(\w+)=("[^"]*"|[^;]*)', parts[3].partition(";auth_pass=")[0])
        given_ = {name: value.strip('"') for name, value in pairs}
        if ";auth_pass=" in line:
            given_["auth_pass"] = line.partition(";auth_pass=")[2]
        found.append((parts[1], parts[2], given_))
    return found


def words(phone: Phone) -> str:
    return samples.files(phone)["account.txt"].decode()


def test_every_app_is_a_softphone() -> None:
    vendor = samples.known("generic")
    for name in ("linphone", "Zoiper", "groundwire", "baresip", "softphone"):
        assert vendor.model(name) == vendor.models["softphone"]


def test_a_person_reads_what_to_type() -> None:
    text = words(
        plain(lines=(samples.line(voicemail="*98"), samples.line("1002", transport="tls")))
    )
    for said in ("Account 1: Desk 1001", "User name        1001", "Domain           " + samples.DOMAIN,
                 "Password         sip1001SIP1001sip1001", "Voicemail        *98", "Account 2",
                 "Transport        TLS", "*78 on, *79 off", "*72 and the number"):  # fmt: skip
        assert said in text, said


def test_a_code_that_is_off_is_not_told() -> None:
    codes = replace(samples.CODES, dnd_on="", forward_off="")
    assert "Do not disturb" not in words(plain(codes=codes))
    assert "Forward" not in words(plain(codes=codes))


def test_keys_are_numbers_to_dial() -> None:
    keys = (
        PhoneKey("line", "First"), PhoneKey("none", ""),
        PhoneKey("blf", "Bob", "1002", "1002", samples.DOMAIN, "*81002"),
        PhoneKey("speed-dial", "Dentist", "+1212", line=2),
    )  # fmt: skip
    listed = words(plain(keys=keys)).partition("Numbers\n")[2].splitlines()
    assert listed == [
        "    1002  Bob (rings? *81002 takes the call)",
        "    +1212  Dentist (account 2)",
    ]


def test_linphone_logs_in_without_the_password() -> None:
    said = linphone(plain())
    login = f"1001:{samples.DOMAIN}:{samples.line().password}"
    assert said["auth_info_0"]["ha1"] == hashlib.md5(login.encode()).hexdigest()
    assert said["auth_info_0"]["realm"] == said["proxy_0"]["realm"] == samples.DOMAIN
    assert samples.line().password not in samples.files(plain())["linphone.xml"].decode()


def test_linphone_fetches_from_its_own_address_from_then_on() -> None:
    assert linphone(plain())["misc"]["config-uri"] == f"{samples.BASE}{samples.TOKEN}/linphone.xml"
    assert "misc" not in linphone(plain(url=""))


def test_linphone_looks_at_certificates() -> None:
    said = linphone(plain())["sip"]
    assert (said["verify_server_certs"], said["verify_server_cn"]) == ("1", "1")


@pytest.mark.parametrize(
    ("fields", "proxy", "route"),
    [
        ({}, "<sip:acme.example.com;transport=udp>", ""),
        (
            {"port": 5090},
            "<sip:acme.example.com;transport=udp>",
            "<sip:acme.example.com:5090;transport=udp;lr>",
        ),
        (
            {"transport": "tls", "port": 5061, "server": "192.0.2.7"},
            "<sip:acme.example.com;transport=tls>",
            "<sip:192.0.2.7;transport=tls;lr>",
        ),
    ],
)
def test_where_linphone_sends(fields: dict[str, object], proxy: str, route: str) -> None:
    said = linphone(plain(lines=(samples.line(**fields),)))["proxy_0"]
    assert (said["reg_proxy"], said["reg_route"]) == (proxy, route)


@pytest.mark.parametrize(
    ("srtp", "kind", "must"),
    [("off", "none", "0"), ("optional", "srtp", "0"), ("required", "srtp", "1")],
)
def test_encryption_is_that_of_the_first_account(srtp: str, kind: str, must: str) -> None:
    said = linphone(plain(lines=(samples.line(srtp=srtp),)))["sip"]
    assert (said["media_encryption"], said["media_encryption_mandatory"]) == (kind, must)


def test_codecs_of_linphone_in_order() -> None:
    said = linphone(plain(codecs=("OPUS", "VP8", "G722")))
    assert [said[f"audio_codec_{n}"]["mime"] for n in (0, 1)] == ["opus", "G722"]
    assert "audio_codec_2" not in said


def test_an_account_of_baresip() -> None:
    line = samples.line(
        server="192.0.2.7", port=5080, transport="tcp", srtp="required", voicemail="*98"
    )
    ((name, address, said),) = accounts(plain(lines=(line,), codecs=("OPUS", "PCMA"), dtmf="info"))
    assert (name, address) == ("Person 1001", "sip:1001@acme.example.com;transport=tcp")
    assert said == {
        "auth_user": "1001", "auth_pass": line.password, "regint": "600", "dtmfmode": "info",
        "outbound": "sip:192.0.2.7:5080;transport=tcp", "mediaenc": "srtp-mand", "mwi": "yes",
        "audio_codecs": "opus/48000/2,pcma/8000/1",
    }  # fmt: skip


def test_baresip_finds_a_usual_server_by_its_domain() -> None:
    ((_, _, said),) = accounts(plain())
    assert "outbound" not in said and "mediaenc" in said and said["mwi"] == "no"


@given(samples.PASSWORDS)
def test_a_password_stands_as_it_is_or_not_at_all(password: str) -> None:
    said = quoted(password)
    if said is None:
        assert '"' in password and re.search(r"[;\s]", password)
    else:
        assert said in (password, f'"{password}"')
        assert said.startswith('"') or not re.search(r"[;\s]", said)


@needs_baresip
@pytest.mark.parametrize(
    "password",
    [
        "plain",
        "a;b c",
        'a"b\\c',
        '"ab"',
        '""',
        '"',
        "p;w #x<>'\\é",
        "Ж日=&%,",
        samples.line().password,
    ],
)
def test_baresip_logs_in_with_that_password(tmp_path: Path, password: str) -> None:
    with registrar.port() as listening:
        number = listening.getsockname()[1]
        line = samples.line(password=password, server="127.0.0.1", port=number, name=samples.NAME)
        text = samples.files(plain(lines=(line,)))["accounts"].decode()
        asked = registrar.logs_in(tmp_path, text, listening, password)
    assert asked.startswith("REGISTER sip:acme.example.com;transport=udp SIP/2.0\r\n")
    assert f'From: "{samples.NAME}" <sip:1001@acme.example.com>' in asked


@given(samples.NAMES, samples.TEXTS, samples.PASSWORDS)
def test_whatever_people_write_comes_back(name: str, text: str, password: str) -> None:
    phone = plain(
        label=name,
        lines=(samples.line(name=name, label=name, password=password),),
        keys=(PhoneKey("speed-dial", name, text),),
    )
    said = linphone(phone)
    assert said["proxy_0"]["reg_identity"] == f'"{one_line(name)}" <sip:1001@acme.example.com>'
    assert accounts(phone)[0][0] == one_line(name)
    lines = words(phone).splitlines()
    assert f"    Name             {one_line(name)}" in lines
    assert f"    Password         {one_line(password)}" in lines
    assert f"    {one_line(text)}  {one_line(name)}" in lines


@pytest.mark.parametrize(
    "text",
    [
        f"{samples.BASE}{samples.TOKEN}/linphone.xml",
        "https://p.example/x/AbCdEfGhIjKlMnOpQrStUvWx/linphone.xml",
        "https://phones.a-rather-long-name.example.net:8443/provision/AbCdEfGhIjKlMnOpQrStUvWx/linphone.xml",
    ],
)
def test_what_is_drawn_can_be_scanned(text: str) -> None:
    """`dialform device qr`, read as a camera's program reads it."""
    code = qr._code(text)
    assert qr_reading.read([[bool(one) for one in row] for row in code.matrix]) == text


def test_on_a_terminal_it_is_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        encoding = "utf-8"

    monkeypatch.setattr(qr.sys, "stdout", Terminal())
    text = f"{samples.BASE}{samples.TOKEN}/linphone.xml"
    assert qr_reading.read(qr_reading.drawn(qr._drawn(qr._code(text)))) == text
