"""What is tried at the door: forms of other sites, sessions that were planted, ways to other hosts."""

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.console.accounts import accounts, links, sessions
from dialform.console.accounts.inviting import invite, link
from dialform.console.signin.going import safe

from ..accounts.world import PASSWORD, SUBJECTS, House
from ..stage import BASE, Stage


@pytest.fixture
def house(stage: Stage) -> House:
    return House(stage, ("admin", "tenant_admin", "user"))


PUBLIC_FORMS = ("/sign-in", "/reset")


@pytest.mark.parametrize("path", PUBLIC_FORMS)
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-site"}, {"origin": "https://portal.example.com.evil.example"},
     {"origin": "http://portal.example.com"}],
)  # fmt: skip
def test_forms_before_the_sign_in_are_not_taken_from_other_sites(
    house: House, path: str, headers: dict[str, str]
) -> None:
    """Whoever could sign somebody in as themselves would see what that person then types."""

    async def look() -> None:
        async with house.browser(**headers) as victim:
            found = await victim.send(path, {"login": "user", "password": PASSWORD})
            assert found.status_code == 403 and not victim.session

    asyncio.run(look())


@pytest.mark.parametrize(
    "path", [*PUBLIC_FORMS, "/second-factor", "/second-factor/new", "/welcome/x", "/reset/x"]
)
def test_forms_before_the_sign_in_need_the_page_that_they_stand_in(house: House, path: str) -> None:
    async def look() -> None:
        async with house.browser() as victim, house.browser() as thief:
            token = re.search(r'name="csrf" value="([^"]+)"', (await thief.get("/sign-in")).text)
            assert token
            sent = {"login": "user", "password": PASSWORD, "code": "123456"}
            for csrf in ("", token[1], "x" * 64, "\udcff", "é"):
                form = "&".join(f"{n}={v}" for n, v in sent.items()) + f"&csrf={csrf}"
                found = await victim.client.post(
                    path, content=form.encode("utf-8", "surrogateescape"),
                    headers={"content-type": "application/x-www-form-urlencoded"},
                )  # fmt: skip
                assert found.status_code == 422 and not victim.session, csrf

    asyncio.run(look())


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(house: House) -> None:
    async def look() -> None:
        async with house.browser() as victim:
            planted = house.reception.keys.token()
            victim.client.cookies.set(
                "__Host-dialform-session", planted, domain="portal.example.com"
            )
            await victim.sign_in("user")
            assert victim.session and victim.session != planted
            assert _find(house, planted) is None

    asyncio.run(look())


def _find(house: House, token: str) -> sessions.Session | None:
    return sessions.find(
        house.ground.database, token, house.reception.lifetime, house.reception.now()
    )


def test_the_session_is_another_one_after_each_step(house: House) -> None:
    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            first = bob.session
            await bob.send("/", to="/sign-out")
            await bob.sign_in("user")
            assert bob.session != first and _find(house, first) is None

    asyncio.run(look())


def test_cookies_are_for_this_host_by_tls_and_for_no_script(house: House) -> None:
    async def look() -> None:
        async with house.browser() as bob:
            done = await bob.sign_in("user")
            told = [value for name, value in done.headers.multi_items() if name == "set-cookie"]
            assert len(told) == 2
            for one in told:
                assert one.startswith("__Host-dialform-")
                parts = {part.strip().lower() for part in one.split(";")}
                assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts, one
                assert not any(part.startswith("domain") for part in parts)

    asyncio.run(look())


def test_without_tls_cookies_have_plain_names_and_still_no_script_reads_them(stage: Stage) -> None:
    house = House(stage, ("user",), base_url="http://127.0.0.1:8086/")

    async def look() -> None:
        async with house.browser() as bob:
            done = await bob.sign_in("user")
            told = [value for name, value in done.headers.multi_items() if name == "set-cookie"]
            assert [one.startswith("dialform-") for one in told] == [True, True]
            assert all("httponly" in one.lower() and "secure" not in one.lower() for one in told)

    asyncio.run(look())


ELSEWHERE = [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "///evil.example", "javascript:alert(1)", "data:text/html,x", "http:evil.example",
    "/%0d%0aset-cookie:a=b", "/\r\nlocation: https://evil.example", "//evil.example/%2f..", "/\u2028/evil",
    " //evil.example", "/sign-out", "/openid", "", "evil.example", "/" + "a" * 600, "/\u202e", "//\\evil",
]  # fmt: skip


@pytest.mark.parametrize("path", ELSEWHERE)
def test_one_does_not_come_to_another_host_by_signing_in(house: House, path: str) -> None:
    async def look() -> None:
        async with house.browser() as bob:
            done = await bob.sign_in("user", next=path)
            assert done.status_code == 303
            location = done.headers["location"]
            assert location == "/" or path.startswith("/%0d"), location
            shown = await bob.get("/sign-in", params={"next": path})
            assert shown.headers["location"] == location

    asyncio.run(look())


@given(st.text(max_size=40))
def test_where_one_goes_is_always_a_path_of_ours(text: str) -> None:
    for found in (safe(text), safe(f"/{text}")):
        assert found.startswith("/") and not found.startswith(("//", "/\\"))
        assert found.isascii() and found.isprintable() and "\\" not in found


def test_a_link_works_once_and_not_for_ever(house: House) -> None:
    made = invite(house.ground, "acme/carol", email="carol@acme.example")
    path = made.link.removeprefix(BASE)
    chosen = {"password": "three blue elephants", "again": "three blue elephants"}

    async def look() -> None:
        async with house.browser() as carol:
            assert (await carol.get(path)).status_code == 200
            short = await carol.send(path, {"password": "short", "again": "short"})
            assert short.status_code == 422 and "at least 10" in short.text
            two = await carol.send(path, {**chosen, "again": "another one of them"})
            assert two.status_code == 422
            assert (await carol.send(path, chosen)).status_code == 303
            assert (await carol.get("/")).status_code == 200
        async with house.browser() as thief:
            assert (await thief.get(path)).status_code == 404
            assert (await thief.send("/sign-in", chosen, path)).status_code == 404
        made = link(house.ground, _account(house, "acme/carol"), "reset")
        house.time.now += links.HOURS["reset"] * 3600 + 1
        async with house.browser() as late:
            assert (await late.get(made.link.removeprefix(BASE))).status_code == 404

    asyncio.run(look())


def test_a_reset_is_no_invitation_and_a_new_link_ends_the_old(house: House) -> None:
    account = _account(house, "acme/bob")
    first, second = link(house.ground, account, "reset"), link(house.ground, account, "reset")

    async def look() -> None:
        async with house.browser() as bob:
            assert (await bob.get(first.link.removeprefix(BASE))).status_code == 404
            path = second.link.removeprefix(BASE)
            assert (await bob.get(path.replace("/reset/", "/welcome/"))).status_code == 404
            assert (await bob.get(path)).status_code == 200

    asyncio.run(look())


def test_a_password_that_was_reset_ends_all_sessions(house: House) -> None:
    async def look() -> None:
        async with house.browser() as bob, house.browser() as other:
            await bob.sign_in("user")
            path = link(house.ground, _account(house, "acme/bob"), "reset").link.removeprefix(BASE)
            chosen = {"password": "three blue elephants", "again": "three blue elephants"}
            assert (await other.send(path, chosen)).status_code == 303
            assert (await bob.get("/")).status_code == 303
            assert (await bob.sign_in("user")).status_code == 422
            assert (await bob.sign_in("user", chosen["password"])).status_code == 303

    asyncio.run(look())


def test_tokens_and_passwords_are_in_no_file_of_the_database(house: House) -> None:
    async def look() -> list[str]:
        made = invite(house.ground, "acme/carol", email="carol@acme.example")
        async with house.browser() as bob:
            await bob.sign_in("user")
            return [bob.session, made.link.rpartition("/")[2], PASSWORD]

    secrets = asyncio.run(look())
    raw = b"".join(path.read_bytes() for path in house.stage.folder.glob("ledger.db*"))
    assert SUBJECTS["user"].encode() in raw
    assert [one for one in secrets if one.encode() in raw] == []


def _account(house: House, subject: str) -> accounts.Account:
    found = accounts.by_subject(house.ground.database, subject)
    assert found is not None
    return found
