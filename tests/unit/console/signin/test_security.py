"""One's own password, sessions; and other people's accounts, in one's scope."""

import asyncio

import pytest

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import accounts, audit, sessions
from dialform.console.accounts.inviting import invite, open_account
from dialform.console.errors import NotThere
from dialform.console.people import tidying

from ..accounts.world import PASSWORD, House
from ..stage import Stage, compile_site

NEW = "three blue elephants"


@pytest.fixture
def house(stage: Stage) -> House:
    return House(stage)


def change(password: str = NEW, current: str = PASSWORD) -> dict[str, str]:
    return {"current": current, "password": password, "again": password}


def test_another_password_ends_all_other_sessions(house: House) -> None:
    async def look() -> None:
        async with house.browser() as bob, house.browser() as other:
            await bob.sign_in("user")
            await other.sign_in("user")
            wrong = await bob.send(
                "/me/security", change(current="nonsense"), "/me/security/password"
            )
            assert wrong.status_code == 422 and "Your present password is another one" in wrong.text
            assert (await other.get("/me/security")).status_code == 200
            for bad in ("short", "password1234", "aaaaaaaaaaaaaaa"):
                found = await bob.send("/me/security", change(bad), "/me/security/password")
                assert found.status_code == 422
            done = await bob.send("/me/security", change(), "/me/security/password")
            assert done.status_code == 303
            assert "Your password was changed" in (await bob.get("/me/security")).text
            assert "Your password was changed" not in (await bob.get("/me/security")).text
            assert (await other.get("/me/security")).status_code == 303
        async with house.browser() as again:
            assert (await again.sign_in("user")).status_code == 422
            assert (await again.sign_in("user", NEW)).status_code == 303

    asyncio.run(look())


def test_who_took_over_a_session_cannot_guess_the_password_there(house: House) -> None:
    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            for _ in range(5):
                await bob.send("/me/security", change(current="nonsense"), "/me/security/password")
            found = await bob.send("/me/security", change(), "/me/security/password")
            assert found.status_code == 422 and "too many wrong passwords" in found.text

    asyncio.run(look())


def test_sessions_are_listed_and_ended(house: House) -> None:
    async def look() -> None:
        async with (
            house.browser(**{"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}) as bob,
            house.browser(**{"user-agent": "Mozilla/5.0 (iPhone) CriOS/140 Safari/604"}) as phone,
            house.browser() as carol,
        ):
            for one, login in ((bob, "user"), (phone, "user"), (carol, "end_user")):
                await one.sign_in(login)
            page = (await bob.get("/me/security")).text
            assert "Firefox on Linux" in page and "Chrome on iPhone" in page and "192.0.2.7" in page
            own = sessions.of(
                house.ground.database,
                _id(house, "acme/bob"),
                house.reception.lifetime,
                house.reception.now(),
            )
            theirs = sessions.of(
                house.ground.database,
                _id(house, "acme/carol"),
                house.reception.lifetime,
                house.reception.now(),
            )
            assert len(own) == 2 and len(theirs) == 1
            await bob.send("/me/security", {"session": theirs[0].id}, "/me/security/sessions")
            assert (await carol.get("/me/security")).status_code == 200
            other = next(one for one in own if "iPhone" in one.agent)
            await bob.send("/me/security", {"session": other.id}, "/me/security/sessions")
            assert (await phone.get("/")).status_code == 303
            await phone.sign_in("user")
            await bob.send("/me/security", {}, "/me/security/sessions")
            assert (await phone.get("/")).status_code == 303
            assert (await bob.get("/")).status_code == 200

    asyncio.run(look())


def _id(house: House, subject: str) -> int:
    found = accounts.by_subject(house.ground.database, subject)
    assert found is not None
    return found.id


def test_a_session_ends_by_itself(stage: Stage) -> None:
    house = House(stage, ("user",), idle_minutes=30, session_hours=2)

    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            for _ in range(4):
                house.time.now += 29 * 60
                assert (await bob.get("/")).status_code == 200
            house.time.now += 4 * 60  # two hours are over
            assert (await bob.get("/")).status_code == 303
            await bob.sign_in("user")
            house.time.now += 30 * 60
            assert (await bob.get("/")).status_code == 303

    asyncio.run(look())


def test_an_administrator_handles_the_accounts_of_the_tenant_and_no_others(house: House) -> None:
    async def look() -> None:
        async with house.browser() as alice, house.browser() as bob:
            await alice.sign_in("tenant_admin")
            await bob.sign_in("user")
            assert "Bob Roe" in (await alice.get("/t/acme/accounts")).text
            page = "/t/acme/accounts/bob"
            assert (await alice.send(page, to=f"{page}/lock")).status_code == 303
            assert (await bob.get("/")).status_code == 303
            assert (await bob.sign_in("user")).status_code == 422
            assert (await alice.send(page, to=f"{page}/unlock")).status_code == 303
            assert (await bob.sign_in("user")).status_code == 303
            assert (await alice.send(page, to=f"{page}/end-sessions")).status_code == 303
            assert (await bob.get("/")).status_code == 303
            own = "/t/acme/accounts/alice"
            assert (await alice.send(own, to=f"{own}/lock")).status_code == 403
            assert (await alice.send(page, to="/t/acme/accounts/jane/lock")).status_code == 404
            assert (
                await alice.send(page, to="/t/janes-bakery/accounts/jane/lock")
            ).status_code == 404
            # Without a mail server a link is shown to admins alone: it lets whoever has it in.
            refused = await alice.send(page, {"email": "x@example.com"}, f"{page}/invite")
            assert refused.status_code == 422 and "/welcome/" not in refused.text

    asyncio.run(look())


def test_an_admin_of_the_platform_is_changed_by_admins_only(stage: Stage) -> None:
    """Also where they are a tenant's user: its administrator could else become admin."""
    pbx = stage.site / "tenants.d/acme/pbx.yaml"
    before = pbx.read_text("utf-8")
    pbx.write_text(
        before.replace("bob:   {name: Bob Roe,", 'bob:   {name: Bob Roe, git: "@ops",'), "utf-8"
    )
    compile_site(stage.site, stage.out, stage.secrets)
    house = House(stage)

    async def look() -> None:
        async with house.browser() as alice, house.browser() as bob:
            await alice.sign_in("tenant_admin")
            await bob.sign_in("user")
            assert (await bob.get("/admin/accounts")).status_code == 200
            page = "/t/acme/accounts/bob"
            assert "changed by admins only" in (await alice.get(page)).text
            for act in ("invite", "reset", "lock", "drop-factor", "end-sessions", "remove"):
                for name in (page, "/t/acme/accounts/BOB"):
                    assert (await alice.send(page, to=f"{name}/{act}")).status_code == 403, act
            own = "/t/acme/accounts/carol"
            assert (await bob.send("/", to=f"{own}/end-sessions")).status_code == 303

    try:
        asyncio.run(look())
    finally:
        pbx.write_text(before, "utf-8")
        compile_site(stage.site, stage.out, stage.secrets)


def test_who_leaves_the_site_leaves_the_portal_and_a_new_one_of_the_name_is_somebody_else(
    stage: Stage,
) -> None:
    house = House(stage)
    pbx = stage.site / "tenants.d/acme/pbx.yaml"
    before = pbx.read_text("utf-8")
    without = "\n".join(line for line in before.split("\n") if "  carol: {" not in line)

    async def look() -> None:
        async with house.browser() as carol:
            await carol.sign_in("end_user")
            pbx.write_text(
                without.replace(", user: carol", "").replace("users: [carol]", "users: []"), "utf-8"
            )
            compile_site(stage.site, stage.out, stage.secrets)
            assert (await carol.get("/")).status_code == 303
            await house.ground.off(tidying.once, house.ground)
            house.time.now += 24 * 3600
            await house.ground.off(tidying.once, house.ground)
            pbx.write_text(before, "utf-8")
            compile_site(stage.site, stage.out, stage.secrets)
            assert (await carol.get("/")).status_code == 303
            assert (await carol.sign_in("end_user")).status_code == 422
        made = invite(house.ground, "acme/carol")
        assert made.account.password == "" and made.account.gone == 0

    try:
        asyncio.run(look())
    finally:
        pbx.write_text(before, "utf-8")
        compile_site(stage.site, stage.out, stage.secrets)


def test_what_was_done_is_written_down_and_stays(house: House) -> None:
    database = house.ground.database

    async def look() -> None:
        async with house.browser() as alice:
            await alice.sign_in("tenant_admin", "a wrong password")
            await alice.sign_in("tenant_admin")
            await alice.send("/t/acme/accounts/bob", to="/t/acme/accounts/bob/lock")
            page = (await alice.get("/t/acme/audit")).text
            assert "locked" in page and "acme/bob" in page and "192.0.2.7" in page
            await alice.send("/", to="/sign-out")
        async with house.browser() as jane:
            await jane.sign_in("other")
            assert "acme" not in (await jane.get("/t/janes-bakery/audit")).text
        async with house.browser() as ops:
            await ops.sign_in("admin")
            assert "acme/alice" in (await ops.get("/admin/audit?what=sign-in&who=ALICE")).text

    asyncio.run(look())
    acts = [one.act for one in audit.of(database, subject="acme/alice", limit=4)]
    assert acts == ["sign-out", "locked", "sign-in", "sign-in refused"]
    for statement in (
        "UPDATE portal_audit SET subject = 'nobody'", "DELETE FROM portal_audit",
        "INSERT OR REPLACE INTO portal_audit SELECT * FROM portal_audit LIMIT 1",
    ):  # fmt: skip
        with pytest.raises(LedgerError, match="only ever added to"):
            database.write(lambda connection, text=statement: connection.exec_driver_sql(text))


def test_only_people_of_the_site_have_accounts(house: House) -> None:
    for subject in (
        "acme/zoe",
        "nosuch/bob",
        "@nobody",
        "bob",
        "",
        "acme/",
        "/",
        "acme/bob/x",
        "@",
    ):
        with pytest.raises(NotThere):
            invite(house.ground, subject)
    with pytest.raises(NotThere):
        open_account(house.ground, "acme/zoe", PASSWORD)
