"""Plans say whose phones are told: those of every tenant in whose phones' files something changes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.planning.impact import Impact
from dialform.compiler.secrets import open_store
from dialform.renderers import site as renderer
from dialform.schema.tree import scan

from . import sites
from .test_actions import drop, set_

ACME, MAC = "tenants.d/acme.yaml", "805ec0a00004"
DESK, PROFILE = (ACME, "devices", MAC), (ACME, "device_profiles", "desk")
EXTENSION, PLATFORM = (ACME, "extensions", "1001"), ("platform.yaml",)
Edit = Callable[[sites.Site], Any]


def phones() -> sites.Site:
    """The small site with a phone in either tenant."""
    data = sites.site()
    data["platform.yaml"]["provisioning"] = {"base_url": "https://pbx.example.com/provision/"}
    for number, slug in enumerate(("acme", "zeta")):
        data[f"tenants.d/{slug}.yaml"] |= {
            "device_profiles": {"desk": {"codecs": ["PCMU", "PCMA"], "language": "en"}},
            "devices": {
                f"805ec0a0000{4 + number}": {
                    "label": "Desk", "vendor": "yealink", "model": "t46s", "profile": "desk",
                    "lines": [{"extension": "1001"}], "keys": [{"type": "blf", "value": "1002"}],
                }
            },
        }  # fmt: skip
    return data


BOTH, FIRST, NOBODY = ["acme", "zeta"], ["acme"], list[str]()
CASES: dict[str, tuple[Edit, list[str]]] = {
    "a profile": (set_(*PROFILE, "ringtone", to="3"), FIRST),
    "a profile's description": (set_(*PROFILE, "description", to="Desks"), NOBODY),
    "a profile that nobody has": (set_(ACME, "device_profiles", "x", to={"vlan": 7}), FIRST),
    "a label": (set_(*DESK, "label", to="Other"), FIRST),
    "keys": (set_(*DESK, "keys", to=[]), FIRST),
    "lines": (set_(*DESK, "lines", to=[{"extension": "1002"}]), FIRST),
    "a device's secrets": (set_(*DESK, "rotate", to=2), FIRST),
    "whose it is": (set_(*DESK, "user", to="alice"), NOBODY),
    "a device that goes": (drop(*DESK), NOBODY),
    "a line's name": (set_(*EXTENSION, "name", to="Alicia"), FIRST),
    "a key's name": (set_(ACME, "extensions", "1002", "name", to="Robert"), FIRST),
    "a password": (set_(*EXTENSION, "password", to="Another1Another2"), FIRST),
    "encryption": (set_(*EXTENSION, "srtp", to="required"), FIRST),
    "a mailbox that goes": (drop(*EXTENSION, "voicemail"), FIRST),
    "a mailbox that comes": (set_(ACME, "extensions", "1002", "voicemail", to=True), FIRST),
    "a PIN": (set_(*EXTENSION, "voicemail", "pin", to="2846"), NOBODY),
    "a mailbox of its own": (set_(ACME, "voicemails", "1002", to={"name": "Bob"}), FIRST),
    "a general mailbox": (set_(ACME, "voicemails", "1998", to={"name": "Any"}), NOBODY),
    "a call's limit": (set_(*EXTENSION, "max_calls", to=2), NOBODY),
    "a tenant's domain": (set_(ACME, "domain", to="acme.example.com"), FIRST),
    "a tenant's time zone": (set_(ACME, "timezone", to="Europe/Berlin"), FIRST),
    "a tenant's country": (set_(ACME, "country", to="CA"), FIRST),
    "a tenant's codes": (set_(ACME, "feature_codes", to={"voicemail": "*97"}), FIRST),
    "a tenant's contact": (set_(ACME, "contact", to="it@acme.example"), NOBODY),
    "the platform's domain": (set_(*PLATFORM, "domain", to="voice.example.com"), BOTH),
    "the platform's time zone": (set_(*PLATFORM, "timezone", to="Europe/Berlin"), BOTH),
    "the platform's country": (set_(*PLATFORM, "country", to="CA"), BOTH),
    "the platform's codes": (set_(*PLATFORM, "feature_codes", to={"dnd_on": "*66"}), BOTH),
    "where they fetch": (
        set_(*PLATFORM, "provisioning", "base_url", to="https://new.example.com/p/"), BOTH,
    ),
    "their time server": (set_(*PLATFORM, "provisioning", "ntp", to="ntp.example.com"), BOTH),
    "their password": (
        set_(*PLATFORM, "provisioning", "admin_password", to="Web1Web2Web3"), BOTH,
    ),
    "where the service listens": (set_(*PLATFORM, "provisioning", "port", to=8443), NOBODY),
    "nobody is to be told": (set_(*PLATFORM, "provisioning", "resync", to=False), NOBODY),
    "the phones' port": (
        set_(*PLATFORM, "hosts", "pbx1", "ports", to={"internal": 5070}), BOTH,
    ),
    "the carriers' port": (
        set_(*PLATFORM, "hosts", "pbx1", "ports", to={"external": 5090}), NOBODY,
    ),
    "an emergency number": (
        set_("routes.yaml", "routes", "emergency", "exact", to=["911", "933"]), BOTH,
    ),
    "a route": (set_("routes.yaml", "routes", "us", "providers", to=["backup"]), NOBODY),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_whose_phones_are_told(
    tmp_path: Path, fetched: dict[str, tuple[str, str]], name: str
) -> None:
    edit, told = CASES[name]
    before, after = phones(), phones()
    edit(after)
    made = sites.plan(tmp_path, before, after)
    steps = [one for one in made.actions.get("pbx1", []) if one.kind == "notify"]
    assert [dict(one.parts)["tenant"] for one in steps] == told
    new = _revisions(tmp_path / "compiled", after)
    changed = {fetched[mac][0] for mac in fetched.keys() & new.keys() if fetched[mac] != new[mac]}
    assert changed <= set(told), "a change that no plan tells of"


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """What the phones fetch before any change."""
    return _revisions(tmp_path_factory.mktemp("before") / "site", phones())


def _revisions(folder: Path, data: sites.Site) -> dict[str, tuple[str, str]]:
    """Of each phone its tenant, and the revision of its files."""
    folder.mkdir()
    site, out = sites.write(folder, data), folder / "out"
    assert build(Run(scan(site), open_store(None, {}), 1), renderer, Options(out)).files
    return {
        phone["mac"]: (index["tenant"], phone["revision"])
        for path in out.glob("pbx1/phones/tenants/*.json")
        for index in [json.loads(path.read_text())]
        for phone in index["devices"]
    }


def test_without_provisioning_nobody_is_told(tmp_path: Path) -> None:
    before, after = phones(), phones()
    for data in (before, after):
        del data["platform.yaml"]["provisioning"]
    set_(*PROFILE, "ringtone", to="3")(after)
    assert sites.commands(sites.plan(tmp_path, before, after)) == []


def test_a_password_is_fetched_before_its_phone_is_logged_out(tmp_path: Path) -> None:
    before, after = phones(), phones()
    set_(*EXTENSION, "rotate", to=2)(after)
    del before[ACME]["extensions"]["1001"]["password"]
    del after[ACME]["extensions"]["1001"]["password"]
    made = sites.plan(tmp_path, before, after)
    assert [one.kind for one in made.actions["pbx1"]] == ["reloadxml", "notify", "flush"]
    assert made.impact is Impact.RE_REGISTER


@pytest.mark.parametrize(
    "edit, said",
    [
        (set_(*DESK, "label", to="Other"), "phones fetch it"),
        (set_(*DESK, "rotate", to=2), "open a window"),
        (set_(*PLATFORM, "provisioning", "base_url", to="https://new.example.com/p/"), "the old address"),
    ],
)  # fmt: skip
def test_who_cannot_fetch_by_what_it_knows_is_said(tmp_path: Path, edit: Edit, said: str) -> None:
    before, after = phones(), phones()
    edit(after)
    (item,) = sites.plan(tmp_path, before, after).items
    assert said in item.remark


def test_of_a_phone_alone_calls_notice_nothing(tmp_path: Path) -> None:
    before, after = phones(), phones()
    set_(*DESK, "keys", to=[])(after)
    made = sites.plan(tmp_path, before, after)
    assert made.impact is Impact.NONE
    assert sites.commands(made) == ["sendevent NOTIFY to acme's phones that changed"]
