"""What is kept of accounts, on both databases: it is found again, and of two at once one succeeds."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import create_engine, text

from dialform.billing.ledger import address
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.opening import open_ledger
from dialform.console.accounts import accounts, audit, factors, identities, links, sessions
from dialform.console.accounts.keys import Keys, keys_of
from dialform.console.accounts.sessions import Lifetime
from dialform.console.errors import Refused

NOW = 1_800_000_000_000_000
KEYS = Keys(b"k" * 32)
LIFE = Lifetime(60_000_000, 3_600_000_000)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    if request.param == "postgresql":
        base, schema = str(request.getfixturevalue("database")), f"portal_{uuid.uuid4().hex}"
        engine = create_engine(address.read(base))
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        engine.dispose()
        url = f"{base}{'&' if '?' in base else '?'}options=-csearch_path%3D{schema}"
    with open_ledger(url) as ledger:
        yield ledger.database


def bob(database: Database) -> accounts.Account:
    return accounts.create(database, "acme/bob", now=NOW, email="Bob@Acme.example", password="x")


def test_an_account_is_found_by_all_its_names(kept: Database) -> None:
    made = bob(kept)
    assert made.login == "bob@acme.example" and made.tenant == "acme"
    for name in ("bob@acme.example", " BOB@acme.example ", "acme/bob", "ACME/BOB"):
        assert accounts.by_login(kept, name) == made
    for name in ("", "bob", "acme/bo", "%", "a\0b", "acme/bob' OR 1=1 --"):
        assert accounts.by_login(kept, name) is None
    assert accounts.by_email(kept, "BOB@acme.example") == made
    assert bob(kept) == made, "once is enough"


def test_a_login_is_one_persons(kept: Database) -> None:
    first = bob(kept)
    twin = accounts.create(kept, "rival/bob", now=NOW, email="bob@acme.example")
    assert (twin.login, twin.email) == ("rival/bob", "bob@acme.example")
    assert accounts.by_email(kept, "bob@acme.example") == first
    handle = accounts.create(kept, "@Ops", now=NOW)
    assert (handle.subject, handle.login, handle.tenant) == ("@ops", "ops", "")
    for name in ("bob@acme.example", "acme/bob", "OPS"):
        with pytest.raises(Refused, match="Somebody else signs in as"):
            accounts.create(kept, "acme/zoe", now=NOW, login=name)
    accounts.create(kept, "x/a", now=NOW, email="two@x.example", login="a")
    accounts.create(kept, "x/b", now=NOW, email="two@x.example", login="b")
    assert accounts.by_email(kept, "two@x.example") is None, "it could be either"


def test_accounts_of_a_tenant_are_those_of_no_other(kept: Database) -> None:
    for subject in ("acme/bob", "acme_2/bob", "acmex/bob", "acme/al", "@acme"):
        accounts.create(kept, subject, now=NOW)
    assert [one.subject for one in accounts.of(kept, tenant="acme")] == ["acme/al", "acme/bob"]
    assert [one.subject for one in accounts.of(kept, tenant="acme_2")] == ["acme_2/bob"]
    assert [one.subject for one in accounts.of(kept, text="_2")] == ["acme_2/bob"]


def test_what_is_removed_takes_all_along_but_what_it_did(kept: Database) -> None:
    made = bob(kept)
    token = sessions.begin(kept, KEYS, made.id, now=NOW, way="password")
    link = links.make(kept, KEYS, made.id, "reset", NOW)
    assert identities.link(kept, made.id, "https://id", "u1", NOW)
    audit.write(kept, at=NOW, act="sign-in", account=made.id, subject=made.subject, tenant="acme")
    accounts.remove(kept, made.id)
    assert sessions.find(kept, token, LIFE, NOW) is None
    assert links.find(kept, link, "reset", NOW) is None
    assert identities.account_of(kept, "https://id", "u1") is None
    assert [one.act for one in audit.of(kept, tenant="acme")] == ["sign-in"]
    assert bob(kept).id > made.id, "its number is nobody else's"


def test_sessions_end_by_idling_and_in_any_case(kept: Database) -> None:
    made = bob(kept)
    token = sessions.begin(kept, KEYS, made.id, now=NOW, way="password")
    found = sessions.find(kept, token, LIFE, NOW + LIFE.idle - 1)
    assert found is not None
    assert sessions.find(kept, token, LIFE, NOW + LIFE.idle) is None
    for step in range(1, 3600, 50):
        sessions.touch(kept, found.digest, NOW + step * 1_000_000)
    assert sessions.find(kept, token, LIFE, NOW + LIFE.most - 1) is not None
    assert sessions.find(kept, token, LIFE, NOW + LIFE.most) is None
    sessions.sweep(kept, LIFE, NOW + LIFE.most)
    assert sessions.of(kept, made.id, LIFE, NOW) == []
    half = sessions.begin(kept, KEYS, made.id, now=NOW, way="password", stage="factor")
    assert sessions.find(kept, half, LIFE, NOW + sessions.WAITING) is None


def test_a_new_session_ends_the_one_that_it_replaces(kept: Database) -> None:
    made = bob(kept)
    first = sessions.begin(kept, KEYS, made.id, now=NOW, way="password")
    second = sessions.begin(kept, KEYS, made.id, now=NOW, way="password", instead=first)
    assert sessions.find(kept, first, LIFE, NOW) is None
    assert sessions.find(kept, second, LIFE, NOW) is not None


def at_once(work: Any, times: int = 6) -> list[Any]:
    """What as many threads at once get."""
    start, found = threading.Barrier(times), []

    def one() -> None:
        start.wait()
        found.append(work())

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_many_at_once_one_uses_a_link_a_code_a_paper(kept: Database) -> None:
    made = bob(kept)
    link = links.make(kept, KEYS, made.id, "reset", NOW)
    assert sorted(at_once(lambda: links.use(kept, link, NOW))) == [False] * 5 + [True]
    secret = factors.new_secret(KEYS)
    codes = factors.enable(kept, KEYS, made.id, secret, 0)
    made = accounts.by_id(kept, made.id) or made
    code = pyotp.TOTP(secret).at(NOW // 1_000_000)
    taken = at_once(lambda: factors.check(kept, KEYS, made, code, NOW))
    assert sorted(taken) == [""] * 5 + ["app"]
    papers = at_once(lambda: factors.check(kept, KEYS, made, codes[0], NOW))
    assert sorted(papers) == [""] * 5 + ["paper"]
    left = accounts.by_id(kept, made.id)
    assert left is not None and factors.left(left) == factors.PAPER - 1


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_a_code_counts_for_a_step_before_and_after(off: int) -> None:
    secret = factors.new_secret(KEYS)
    present = NOW // 1_000_000 // factors.SECONDS
    code = pyotp.TOTP(secret).at((present + off) * factors.SECONDS)
    assert factors.step_of(secret, code, NOW) == (present + off if abs(off) <= 1 else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "1" * 5000])
def test_what_is_no_code_is_none(code: str) -> None:
    assert factors.step_of(factors.new_secret(KEYS), code, NOW) is None


def test_the_record_is_only_added_to(kept: Database) -> None:
    for act in ("sign-in", "sign-out"):
        audit.write(kept, at=NOW, act=act, subject="acme/bob\0\n\x1b[31m", details={"why": "a\0b"})
    rows = audit.of(kept)
    assert [one.act for one in rows] == ["sign-out", "sign-in"]
    assert "\0" not in rows[0].subject and "\x1b" not in rows[0].subject
    assert audit.of(kept, before=rows[0].id) == rows[1:]
    for statement in ("UPDATE portal_audit SET act = 'x'", "DELETE FROM portal_audit"):
        with pytest.raises(LedgerError):
            kept.write(lambda connection, said=statement: connection.exec_driver_sql(said))
    assert audit.of(kept) == rows


def test_keys_without_a_master_are_of_this_host_alone(tmp_path: Path) -> None:
    from dialform.compiler.secrets import open_store

    store = open_store(None, {})
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, again, two = (keys_of(store, tmp_path / name) for name in ("one", "one", "two"))
    assert again.open("totp", one.seal("totp", "x")) == "x"
    assert two.open("totp", one.seal("totp", "x")) is None
    assert one.open("enrol", one.seal("totp", "x")) is None
    assert (tmp_path / "one" / "key").stat().st_mode & 0o777 == 0o600
