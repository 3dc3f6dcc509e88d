"""`dialform device` from outside: what to type, who may fetch, who is told; each in somebody's scope."""

import hashlib
import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import DIALFORM, environment
from .phonesite import BASE, Site, site_with_phones

BOB = "aabbcc112233"
"""Acme's, of user bob."""
STRANGE = "0015650000ff"
REGISTERED = ("1002@acme.example.com",)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_with_phones(tmp_path_factory.mktemp("devices"))


@pytest.fixture(scope="module")
def switch(site: Site) -> Iterator["subprocess.Popen[str]"]:
    """The demo's switch, simulated, with Bob's phone."""
    process = subprocess.Popen(
        [DIALFORM, "simulate", "--conf", site.host / "freeswitch", "--for", "300",
         *(f"--register={who}" for who in REGISTERED)],
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "Simulated" in process.stdout.readline()
    assert "Event socket" in process.stdout.readline()
    yield process
    process.terminate()
    process.wait(20)


def secrets(site: Site) -> tuple[str, str]:
    return "--secrets", str(site.secrets)


def other(site: Site) -> str:
    """A phone of another tenant."""
    return next(str(row["mac"]) for row in site.index() if "acme" not in row["lines"][0][1])


# What to type in


def test_the_address_is_that_of_the_index(site: Site) -> None:
    rows = {row["mac"]: row for row in site.index()}
    found = site.access(BOB)
    token = found["url"].removeprefix(BASE).split("/")[0]
    assert hashlib.sha256(token.encode()).hexdigest() == rows[BOB]["token"]
    login = site.access(BOB, "digest")
    text = f"{login['user']}:dialform:{login['password']}"
    assert hashlib.sha256(text.encode()).hexdigest() == rows[BOB]["ha1"]["SHA-256"]
    assert (found["user"], found["password"]) == (None, None)
    assert login["url"].startswith(f"{BASE}auth/")


@pytest.mark.parametrize(
    "typed", ["AA:BB:CC:11:22:33", "aabb.cc11.2233", "AA-BB-CC-11-22-33", "AABBCC112233"]
)
def test_a_mac_may_be_written_as_people_do(site: Site, typed: str) -> None:
    done = site.device("url", typed, *secrets(site))
    assert done.status == 0
    assert "Bob's desk of acme: Yealink T46S, aabbcc112233" in done.out
    assert re.search(rf"Address: {BASE}[1-9A-Za-z]{{24}}/\n", done.out)
    assert "Auto Provision" in done.out


def test_what_is_typed_is_what_the_field_takes(site: Site) -> None:
    """Grandstream's has a list for https beside it."""
    (mac, *_) = [row["mac"] for row in site.index() if row["vendor"] == "grandstream"]
    assert "Address: pbx.example.com/provision/" in site.device("url", mac, *secrets(site)).out
    assert site.access(mac)["url"].startswith(BASE)


def test_an_app_that_fetches_nothing_has_a_text_beside(site: Site) -> None:
    (mac, *_) = [row["mac"] for row in site.index() if row["vendor"] == "generic"]
    said = site.device("url", mac, *secrets(site)).out
    assert re.search(r"Address: \S+/linphone.xml\n  also:    \S+/account.txt\n", said)
    assert site.access(mac)["files"]
    assert site.access(mac, "basic")["files"] is None


def test_without_the_master_secret_no_address_is_made_up(site: Site) -> None:
    for command in ("url", "qr"):
        done = site.device(command, BOB)
        assert (done.status, done.out) == (3, "")
        assert "master" in done.err


@pytest.mark.parametrize("command", ["url", "qr", "enroll", "resync", "reboot"])
def test_a_phone_of_another_tenant_is_not_there(site: Site, command: str) -> None:
    more = secrets(site) if command in ("url", "qr") else ()
    said = {
        mac: site.device(command, mac, "--tenant", "acme", *more) for mac in (other(site), STRANGE)
    }
    assert {done.status for done in said.values()} == {1}
    assert {done.err.replace(mac, "") for mac, done in said.items()} == {
        "Error: There is no phone .\n"
    }
    assert {done.out for done in said.values()} == {""}


@pytest.mark.parametrize("command", ["url", "enroll"])
def test_what_was_meant_is_named(site: Site, command: str) -> None:
    near = site.device(command, "aabbcc112234", "--tenant", "acme")
    assert (near.status, near.err) == (
        1, "Error: There is no phone aabbcc112234. Did you mean aabbcc112233 (Bob's desk)?\n",
    )  # fmt: skip
    label = site.device(command, "bobs desk", "--tenant", "acme")
    assert (label.status, "aabbcc112233 (Bob's desk)" in label.err) == (64, True)
    assert "aabbcc" not in site.device(command, "bobs desk", "--tenant", "nordlicht").err


def test_a_user_reaches_the_own_phones(site: Site) -> None:
    macs = {
        user: [row["mac"] for row in site.said("list", "--tenant", "acme", "--as", user)["devices"]]
        for user in ("alice", "bob")
    }
    assert macs["bob"] == [BOB]
    assert set(macs["bob"]) <= set(macs["alice"])
    carol = site.device("list", "--tenant", "acme", "--as", "carol")
    assert (carol.status, "`devices`" in carol.err) == (1, True)
    mine = site.device("url", BOB, "--tenant", "acme", "--as", "bob", *secrets(site))
    assert mine.status == 0
    assert (
        "lacks" in site.device("url", BOB, "--tenant", "acme", "--as", "carol", *secrets(site)).err
    )
    assert site.device("url", BOB, "--as", "bob").status == 64


# DHCP


def test_servers_are_told_the_plain_address(site: Site) -> None:
    said = site.said("option66")
    assert (said["url"], said["option"]) == (BASE, 66)
    assert said["servers"] == {
        "ISC dhcpd": [f'option tftp-server-name "{BASE}";'],
        "Kea": [f'"option-data": [{{"name": "tftp-server-name", "data": "{BASE}"}}]'],
        "dnsmasq": [f'dhcp-option=66,"{BASE}"'],
    }
    json.loads("{" + said["servers"]["Kea"][0] + "}")
    text = site.device("option66").out
    assert text.splitlines()[0] == BASE
    assert not re.search(r"[1-9A-Za-z]{24}", text.replace("phone-provisioning", "")), "no secret"


def test_a_vendor_is_told_as_it_asks(site: Site) -> None:
    cisco = site.said("option66", "--vendor", "Cisco")
    assert cisco["url"] == f"{BASE}spa$MA.xml"
    gigaset = site.said("option66", "--vendor", "gigaset")
    assert (gigaset["option"], gigaset["url"][: len(BASE)]) == (114, BASE)
    assert gigaset["servers"]["dnsmasq"] == [f'dhcp-option=114,"{gigaset["url"]}"']
    assert "phone-provisioning code 114 = text" in gigaset["servers"]["ISC dhcpd"][0]
    json.loads("{" + "".join(gigaset["servers"]["Kea"]) + "}")
    softphone = site.device("option66", "--vendor", "generic")
    assert (softphone.status, "dialform device url MAC" in softphone.err) == (1, True)
    assert site.device("option66", "--vendor", "yealnik").err.endswith("Did you mean 'yealink'?\n")


# Codes


def test_a_picture_is_for_its_owner_alone(site: Site, tmp_path: Path) -> None:
    for name, head in (("bob.svg", b"<?xml"), ("bob.png", b"\x89PNG")):
        file = tmp_path / name
        done = site.device("qr", BOB, *secrets(site), "--out", str(file))
        assert (done.status, done.out) == (0, "")
        assert file.read_bytes().startswith(head)
        assert file.stat().st_mode & 0o777 == 0o600
        assert sorted(path.name for path in tmp_path.iterdir())[0] == "bob.svg" or name == "bob.png"
    assert site.device("qr", BOB, *secrets(site), "--out", "bob.gif").status == 64
    assert "▄" in site.device("qr", BOB, *secrets(site)).out


def test_a_code_holds_the_phones_own_address(site: Site) -> None:
    assert site.said("qr", BOB, *secrets(site))["text"].startswith(BASE)


# Windows


def test_windows_are_opened_shown_and_closed(site: Site) -> None:
    before = time.time()
    opened = site.said("enroll", BOB, other(site), "--minutes", "7")["windows"]
    after = time.time()
    assert [one["mac"] for one in opened] == [BOB, other(site)]
    assert all(int(before) <= one["until"] - 7 * 60 <= after for one in opened)
    assert opened[0]["names"]
    (seen,) = site.said("enroll", "--list", "--tenant", "acme")["windows"]
    assert (seen["mac"], seen["taken"]) == (BOB, [])
    assert "no window was open" not in site.device("enroll", BOB, "--close").out
    assert "no window was open" in site.device("enroll", BOB, "--close").out
    assert BOB not in site.device("enroll", "--list").out


def test_what_is_said_fits_what_asks(site: Site) -> None:
    desk = site.device("enroll", BOB).out
    assert f"below {BASE}\n" in desk and "DHCP" in desk.splitlines()[-1]
    app = site.device("enroll", "020000000002").out
    assert f"below {BASE}020000000002/\n" in app and "device qr 020000000002" in app
    assert "Start the phone" not in app


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 64, "or say --list"),
        ((BOB, "--list"), 64, "stands alone"),
        ((BOB, "--minutes", "0"), 64, "1<=x<=1440"),
        ((BOB, "--service", "/nowhere"), 1, "is no state folder of a provisioning service"),
    ],
)
def test_a_window_that_cannot_be_opened(
    site: Site, words: tuple[str, ...], status: int, said: str
) -> None:
    done = site.device("enroll", *words)
    assert (done.status, said in done.err) == (status, True), done.err


def test_without_tls_nobody_is_enrolled(site: Site, tmp_path: Path) -> None:
    plain = site_with_phones(tmp_path)
    plain.edit("platform.yaml", BASE, "http://pbx.example.com/provision/")
    plain.compile()
    done = plain.device("enroll", BOB)
    assert (done.status, "without TLS" in done.err) == (3, True)
    assert not list(plain.state.rglob(f"{BOB}.json"))


# Telling


def test_who_is_registered_is_told_and_who_is_not_is_said(
    site: Site, switch: "subprocess.Popen[str]"
) -> None:
    done = site.device("resync", BOB)
    assert (done.status, done.out) == (0, "aabbcc112233 (Bob's desk) of acme: told\n")
    said = site.said("resync", "--all")["phones"]
    assert {one["result"] for one in said if one["mac"] == BOB} == {"told"}
    others = {(one["result"], one["vendor"] == "generic") for one in said if one["mac"] != BOB}
    assert others == {("unregistered", False), ("deaf", True)}, "apps have no such event"
    (bob,) = [one for one in said if one["mac"] == BOB]
    assert bob["event"] == "check-sync;reboot=false"
    assert "1002@" in bob["at"][0]
    absent = site.device("resync", other(site))
    assert (absent.status, "not registered" in absent.out) == (1, True)


def test_a_profile_is_a_tenants(site: Site, switch: "subprocess.Popen[str]") -> None:
    assert site.device("resync", "--profile", "office").status == 64
    said = site.said("resync", "--profile", "office", "--tenant", "acme")["phones"]
    assert BOB in {one["mac"] for one in said}
    assert {one["tenant"] for one in said} == {"acme"}
    wrong = site.device("resync", "--profile", "ofice", "--tenant", "acme")
    assert (wrong.status, "Did you mean 'office'?" in wrong.err) == (1, True)
    assert site.device("resync").status == 64


def test_many_phones_are_not_started_again_by_mistake(
    site: Site, switch: "subprocess.Popen[str]"
) -> None:
    asked = site.device("reboot", BOB, other(site))
    assert (asked.status, asked.out, "--yes" in asked.err) == (64, "", True)
    said = site.device("reboot", BOB, other(site), "--yes")
    assert said.status == 1, "one was not told"
    assert said.out.splitlines()[-1] == "1 told, 1 not registered"
    assert site.device("reboot", BOB).status == 0


def test_a_phone_in_a_call_is_left_alone(site: Site, switch: "subprocess.Popen[str]") -> None:
    call = site.run("live", "call", "1002", "*98", "--tenant", "acme", "--wait", "10")
    assert call.status == 0, call.err
    try:
        busy = site.device("reboot", BOB)
        assert (busy.status, "in a call" in busy.out) == (1, True)
        assert site.device("reboot", BOB, "--in-call").status == 0
    finally:
        site.run("live", "hangup", "1002", "--tenant", "acme")


# The list


def test_the_list_says_what_it_could_not_ask(site: Site, tmp_path: Path) -> None:
    done = site.device("list", "--service", str(tmp_path / "none"), "--format", "json")
    said = json.loads(done.out)
    assert "no service ran here" in said["not_asked"]["service"]
    assert all(one["up_to_date"] is None for one in said["devices"])
    text = site.device("list", "--tenant", "acme", "--service", str(tmp_path / "none"))
    assert text.status == 0
    assert "Not asked: the service." in text.err
    assert text.out.splitlines()[1].split()[-3] == "?"


def test_the_list_says_who_is_registered(site: Site, switch: "subprocess.Popen[str]") -> None:
    said = site.said("list")
    assert "switch" not in said["not_asked"]
    up = {one["mac"]: one["registered"] for one in said["devices"]}
    assert up.pop(BOB) == ["1002"]
    assert set(map(len, up.values())) == {0}
    assert len(said["devices"]) == len(site.index())
    assert {one["tenant"] for one in site.said("list", "--tenant", "acme")["devices"]} == {"acme"}


def test_where_nothing_is_compiled_that_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [DIALFORM, "device", "list"], cwd=tmp_path, env=environment(DIALFORM_STATE=str(tmp_path / "no")),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "Nothing is compiled here" in done.stderr) == (3, True)
