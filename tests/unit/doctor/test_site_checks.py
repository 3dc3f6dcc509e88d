"""What is read from the site: numbers, fax accounts, quotas, permissions."""

from pathlib import Path

import pytest

from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.reconcile.sitefiles import SiteFiles

from .conftest import Ask, Made, levels

NUMBER = Subject("number", "+12125550199")


def edit(site: Path, name: str, before: str, after: str) -> None:
    """Changes one text of a file."""
    file = site / name
    assert before in file.read_text(), before
    file.write_text(file.read_text().replace(before, after, 1))


@pytest.fixture
def own(ground: Ground, site: Path) -> Path:
    """The doctor looks at a site of the test's own."""
    ground.site = SiteFiles(site)
    return site


def test_a_number_that_arrives(ask: Ask, ground: Ground) -> None:
    ground.trace = lambda number: f"rings for {number}"
    found = ask("inbound", NUMBER)
    assert levels(found) <= {"ok", "unknown"}
    assert any(one.found == "From outside, now: rings for +12125550199" for one in found)


def test_a_number_of_nobody(ask: Ask, ground: Ground) -> None:
    (found,) = ask("inbound", Subject("number", "+12125559999"))
    assert (found.level.word, "No tenant" in found.found) == ("problem", True)
    ground.site = None
    assert levels(ask("inbound", NUMBER)) == {"unknown"}


@pytest.mark.parametrize(
    ("file", "before", "after", "words"),
    [
        ("tenants.d/acme/pbx.yaml", '  "+12125550199": {schedule', '  "+12125550198": {schedule',
         "no inbound route"),
        ("tenants.d/acme/account.yaml", "status: active", "status: suspended", "suspended"),
        ("providers.d/mycarrier.yaml", "active: true", "active: false", "active: false"),
    ],
)  # fmt: skip
def test_a_number_that_does_not_arrive(
    ask: Ask, own: Path, file: str, before: str, after: str, words: str
) -> None:
    edit(own, file, before, after)
    wrong = [one for one in ask("inbound", NUMBER) if one.level.word == "problem"]
    assert any(words in one.cause for one in wrong), wrong


def test_a_number_that_was_not_applied_yet(ask: Ask, host: Path) -> None:
    public = host / "freeswitch/dialplan/public.xml"
    public.write_text(public.read_text().replace("did_121255501", "did_x"))
    wrong = [one for one in ask("inbound", NUMBER) if one.level.word == "problem"]
    assert "not compiled and applied" in wrong[0].cause


def test_a_carrier_whose_address_nobody_knows(ask: Ask, own: Path, machine: Made) -> None:
    machine.names = False
    path = own / "providers.d/mycarrier.yaml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("addresses")]
    path.write_text("\n".join(lines) + "\n")
    wrong = [one for one in ask("inbound", NUMBER) if one.level.word == "problem"]
    assert any("DNS" in one.cause for one in wrong)


def test_a_number_whose_gateway_is_down(ask_live: Ask) -> None:
    wrong = [one for one in ask_live("inbound", NUMBER) if one.level.word == "problem"]
    assert any("mycarrier is down" in one.found for one in wrong), "it has not registered yet"


def test_fax_accounts(ask: Ask, own: Path, ground: Ground) -> None:
    assert "problem" not in levels(ask("fax"))
    edit(own, "tenants.d/acme/pbx.yaml", '{fax: "1050"}', '{extension: "1001"}')
    ground.site = SiteFiles(own)
    wrong = [one for one in ask("fax") if one.level.word == "problem"]
    assert "No number leads to it" in wrong[0].found


def test_quotas(ask: Ask, own: Path, ground: Ground) -> None:
    assert levels(ask("quota")) == {"ok"}
    assert "warning" in levels(ask("quota", Subject("tenant", "janes-bakery", "janes-bakery")))
    text = (own / "tenants.d/acme/account.yaml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("subscription:")]
    (own / "tenants.d/acme/account.yaml").write_text("\n".join(lines) + "\n")
    ground.site = SiteFiles(own)
    wrong = [one for one in ask("quota") if one.level.word == "problem"]
    assert ("no subscription" in wrong[0].found, wrong[0].about) == (True, "quota of acme")
    edit(own, "tenants.d/janes-bakery.yaml", "package: solo", "package: none")
    ground.site = SiteFiles(own)
    assert any("no package" in one.found for one in ask("quota"))
    ground.site = None
    assert levels(ask("quota")) == {"unknown"}


def test_features(ask: Ask, own: Path, ground: Ground) -> None:
    assert levels(ask("features", Subject("user", "alice", "acme"))) == {"ok"}
    (found,) = ask("features", Subject("user", "bob", "acme"))
    assert ("`ring_groups`" in found.found, "user's `permissions`" in found.cause) == (True, True)
    said = {one.cause for one in ask("features", Subject("user", "carol", "acme"))}
    assert any("end_user can never" in cause for cause in said)
    edit(own, "tenants.d/acme/account.yaml", "realtime", "contacts")
    ground.site = SiteFiles(own)
    said = {one.cause for one in ask("features", Subject("user", "alice", "acme"))}
    assert said == {"The tenant itself does not hold it."}
