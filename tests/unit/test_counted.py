"""Objects counted for views: what a tenant and its users have, of how many."""

import shutil
from pathlib import Path

import pytest

from dialform.compiler.counted import Slots, counted
from dialform.compiler.quotas import RESOURCES
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[2]

ACME = """\
company: Acme Corp
subscription: {package: p, overrides: {ring_groups: 9, fax_pages: 7}}
users:
  alice: {name: Alice Doe, role: tenant_admin}
  bob: {name: Bob Roe, role: user, slots: {extensions: 2, devices: 1}}
  carol: {name: Carol Poe, role: end_user}
extensions:
  "1001": {name: Alice, user: alice, voicemail: true}
  "1002": {name: Bob, user: bob, voicemail: true}
  "1003": {name: Carol, user: carol}
voicemails:
  "1999": {name: All}
devices:
  aabbcc112233: {label: Bob's desk, vendor: yealink, user: bob}
  aabbcc112234: {label: Bob's other desk, vendor: yealink, user: bob}
  carol-web: {label: Browser, vendor: webphone, user: carol, lines: [{extension: "1003"}]}
"""
BILLING = """\
packages:
  p: {slots: {extensions: 5, devices: 3, ring_groups: 1, voicemails: 4}, included: {voice_minutes: 100, fax_pages: 5}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    shutil.copytree(ROOT / "tests/sites/base", root)
    for old in (root / "tenants.d").iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    (root / "tenants.d/acme.yaml").write_text(ACME)
    (root / "tenants.d/bare.yaml").write_text('company: Bare\nextensions: {"1001": {name: A}}\n')
    (root / "billing.yaml").write_text(BILLING)
    return root


def test_all_eight_kinds_are_counted_against_the_package_and_its_overrides(site: Path) -> None:
    acme = counted(scan(site))["acme"]
    assert set(acme.slots) == set(RESOURCES)
    assert acme.package == "p"
    assert acme.slots["extensions"] == Slots(3, 5)
    assert acme.slots["devices"] == Slots(3, 3)
    assert acme.slots["voicemails"] == Slots(3, 4), "two of extensions, one of its own"
    assert acme.slots["ring_groups"] == Slots(0, 9)
    assert acme.slots["conferences"] == Slots(0, 0)


def test_what_a_month_includes_goes_by_the_override_too(site: Path) -> None:
    included = counted(scan(site))["acme"].included
    assert included == {"voice_minutes": 100, "fax_pages": 7, "conference_minutes": 0}


def test_users_are_counted_against_their_own_slots(site: Path) -> None:
    acme = counted(scan(site))["acme"]
    bob = acme.users["bob"].slots
    assert bob["extensions"] == Slots(1, 2)
    assert bob["devices"] == Slots(2, 1), "one too many is shown as it is"
    assert bob["voicemails"] == Slots(1, 0)
    assert acme.given["extensions"] == 2


def test_who_administers_a_tenant_has_no_limit_of_their_own(site: Path) -> None:
    assert counted(scan(site))["acme"].users["alice"].slots["extensions"] == Slots(1, None)


def test_an_end_users_extension_and_browser_take_no_slot(site: Path) -> None:
    assert counted(scan(site))["acme"].users["carol"].slots == {}


def test_a_tenant_without_a_subscription_may_have_nothing(site: Path) -> None:
    bare = counted(scan(site), ["bare", "nobody"])
    assert list(bare) == ["bare"]
    assert bare["bare"].slots["extensions"] == Slots(1, 0)


def test_what_is_broken_hides_nothing_else(site: Path) -> None:
    (site / "tenants.d/acme.yaml").write_text(ACME + "nonsense: [1]\n")
    assert counted(scan(site))["acme"].slots["extensions"] == Slots(3, 5)
