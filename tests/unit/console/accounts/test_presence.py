"""Whom the site misses: out at once, back as who they were, and gone for good after a day."""

from pathlib import Path

import pytest

from dialform.billing.ledger.database import Database
from dialform.billing.ledger.opening import open_ledger
from dialform.console.accounts import accounts, links, presence, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.keys import Keys
from dialform.console.accounts.sessions import Lifetime
from dialform.console.site import Site

NOW = 1_800_000_000_000_000
DAY = 24 * 3_600_000_000
KEYS, LIFE = Keys(b"k" * 32), Lifetime(30 * DAY, 30 * DAY)

PLATFORM = """\
platform: demo
domain: pbx.example.com
country: US
timezone: UTC
currency: USD
admins: ["@ops", "@eve"]
hosts: {pbx1: {address: 203.0.113.10, tenants: ["*"]}}
"""
TENANT = "company: {slug}\n"
USERS = "users:\n  bob: {{name: {name}, email: {email}, role: user}}\n  zoe: {{name: Zoe, role: user}}\n"


class World:
    """A site that a test changes, and accounts of bob, zoe and ops."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        for subject in ("acme/bob", "acme/zoe", "@ops"):
            accounts.create(database, subject, now=NOW, password="x")
        self.write()

    def write(
        self, *, acme: bool = True, name: str = "Bob", email: str = "bob@acme.example",
        ops: bool = True,
    ) -> None:  # fmt: skip
        (self.folder / "tenants.d").mkdir(exist_ok=True)
        handles = PLATFORM if ops else PLATFORM.replace('"@ops", ', "")
        (self.folder / "platform.yaml").write_text(handles)
        (self.folder / "tenants.d/other.yaml").write_text(TENANT.format(slug="other"))
        own = self.folder / "tenants.d/acme.yaml"
        own.unlink(missing_ok=True)
        if acme:
            people = USERS.replace("{name}", name).replace("{email}", email)
            own.write_text(
                TENANT.format(slug="acme") + people.replace("{{", "{").replace("}}", "}")
            )

    def looks(self, now: int) -> presence.Seen:
        found = presence.seen(Site(self.folder), accounts.of(self.database), now)
        accounts.present(self.database, found.present)
        accounts.missed(self.database, [one.id for one in found.missed], now)
        accounts.gone(self.database, [one.id for one in found.gone], now)
        return found

    def account(self, subject: str = "acme/bob") -> Account:
        found = accounts.by_subject(self.database, subject)
        assert found is not None
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "site").mkdir()
    database = open_ledger(f"sqlite:///{tmp_path}/ledger.db").database
    made = World(tmp_path / "site", database)
    made.looks(NOW)
    return made


def names(found: list[Account]) -> list[str]:
    return [one.subject for one in found]


def test_a_bad_commit_ends_sessions_and_nothing_else(world: World) -> None:
    token = sessions.begin(world.database, KEYS, world.account().id, now=NOW, way="password")
    link = links.make(world.database, KEYS, world.account("acme/zoe").id, "invitation", NOW)
    world.write(acme=False)
    assert names(world.looks(NOW + 1).missed) == ["acme/bob", "acme/zoe"]
    assert sessions.find(world.database, token, LIFE, NOW + 1) is None, "out at once"
    world.looks(NOW + DAY)
    assert world.account().gone == 0 and world.account().missed == NOW + 1
    world.write()
    world.looks(NOW + DAY)
    back = world.account()
    assert (back.missed, back.gone, back.password) == (0, 0, "x")
    assert sessions.find(world.database, token, LIFE, NOW + DAY) is None, "signs in anew"
    assert links.find(world.database, link, "invitation", NOW + DAY) is not None


def test_who_is_missed_for_a_day_is_gone_and_does_not_come_back(world: World) -> None:
    world.write(acme=False)
    world.looks(NOW)
    assert world.looks(NOW + DAY - 1).gone == []
    assert names(world.looks(NOW + DAY).gone) == ["acme/bob", "acme/zoe"]
    world.write()
    again = world.looks(NOW + DAY + 1)
    assert (again.missed, again.present, again.gone) == ([], {}, [])
    assert not world.account().open


def test_being_back_for_a_moment_begins_the_day_anew(world: World) -> None:
    world.write(acme=False)
    world.looks(NOW)
    world.write()
    world.looks(NOW + DAY - 1)
    world.write(acme=False)
    world.looks(NOW + DAY)
    assert world.looks(NOW + DAY + 1).gone == []


@pytest.mark.parametrize("change", [{"name": "Bob Other"}, {"email": "bo@acme.example"}])
def test_somebody_else_of_the_name_gets_no_account(world: World, change: dict[str, str]) -> None:
    world.write(acme=False)
    world.looks(NOW)
    world.write(**change)
    visitor = presence.visitor_of(Site(world.folder), 1, "acme/bob", "acme/bob")
    assert visitor is not None and presence.another(world.account(), visitor), "not for a moment"
    assert names(world.looks(NOW + 1).gone) == ["acme/bob"]
    assert world.account("acme/zoe").open


@pytest.mark.parametrize("change", [{"name": "Bob Other"}, {"email": "bo@acme.example"}])
def test_who_changes_and_was_never_away_stays(world: World, change: dict[str, str]) -> None:
    world.write(**change)
    world.looks(NOW + 1)
    visitor = presence.visitor_of(Site(world.folder), 1, "acme/bob", "acme/bob")
    assert visitor is not None and world.account().person == presence.person_of(visitor)
    assert world.account().open


def test_an_admin_by_handle_is_missed_as_well(world: World) -> None:
    world.write(ops=False)
    assert names(world.looks(NOW).missed) == ["@ops"]
    world.write()
    world.looks(NOW + 1)
    assert world.account("@ops").open and world.account("@ops").missed == 0
    world.write(ops=False)
    world.looks(NOW + 2)
    assert names(world.looks(NOW + 2 + DAY).gone) == ["@ops"]


def test_what_cannot_be_read_misses_nobody(world: World) -> None:
    (world.folder / "platform.yaml").write_text("a: [\n")
    found = world.looks(NOW + 1)
    assert (found.missed, found.gone) == ([], [])
