"""The second factor: asked for, set up where the role needs one, each code once."""

import asyncio
import re

import pyotp

from ..accounts.world import PASSWORD, SUBJECTS, House, Surfer
from ..stage import Stage


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)


def secret_of(page: str) -> str:
    found = re.search(r'<code class="spread">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def field_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


async def set_up(house: House, surfer: Surfer) -> tuple[str, list[str]]:
    """Turn it on for whoever is signed in: the secret, and the codes for paper."""
    offered = await surfer.send("/me/security", {"current": PASSWORD}, "/me/security/factor")
    assert offered.status_code == 200, offered.text
    secret = secret_of(offered.text)
    shown = await surfer.client.post(
        "/me/security/factor/on",
        data={
            "csrf": field_of(offered.text, "csrf"),
            "sealed": field_of(offered.text, "sealed"),
            "code": pyotp.TOTP(secret).at(int(house.time.now)),
        },
    )
    return secret, codes_of(shown.text)


def test_with_a_second_factor_the_password_alone_lets_nobody_in(stage: Stage) -> None:
    house = House(stage, ("user",))

    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            secret, paper = await set_up(house, bob)
            assert len(paper) == 10
        async with house.browser() as other:
            done = await other.sign_in("user", next="/me/security")
            assert done.headers["location"] == "/second-factor"
            assert (await other.get("/me/security")).status_code == 303
            half = other.session
            # The code that was shown when it was set up is used.
            used = pyotp.TOTP(secret).at(int(house.time.now))
            assert (await other.send("/second-factor", {"code": used})).status_code == 422
            house.time.now += 30
            code = pyotp.TOTP(secret).at(int(house.time.now))
            done = await other.send("/second-factor", {"code": f" {code[:3]} {code[3:]} "})
            assert (done.status_code, done.headers["location"]) == (303, "/me/security")
            assert other.session != half
            assert (await other.get("/me/security")).status_code == 200
        async with house.browser() as third:
            await third.sign_in("user")
            assert (await third.send("/second-factor", {"code": code})).status_code == 422
            assert (await third.send("/second-factor", {"code": paper[3]})).status_code == 303
        async with house.browser() as fourth:
            await fourth.sign_in("user")
            assert (await fourth.send("/second-factor", {"code": paper[3]})).status_code == 422
            assert (
                await fourth.send("/second-factor", {"code": paper[4].upper()})
            ).status_code == 303

    asyncio.run(look())


def test_a_role_that_needs_one_sets_it_up_before_anything_else(
    stage: Stage,
) -> None:
    house = House(stage, ("admin", "user"), second_factor=["admin"])

    async def look() -> None:
        async with house.browser() as bob:
            assert (await bob.sign_in("user")).headers["location"] == "/"
        async with house.browser() as ops:
            done = await ops.sign_in("admin", next="/admin/accounts")
            assert done.headers["location"] == "/second-factor/new"
            assert (await ops.get("/")).status_code == 303
            offered = await ops.get("/second-factor/new")
            secret = secret_of(offered.text)
            sent = {
                "csrf": field_of(offered.text, "csrf"),
                "sealed": field_of(offered.text, "sealed"),
            }
            wrong = await ops.client.post("/second-factor/new", data={**sent, "code": "000000"})
            assert wrong.status_code == 422 and secret_of(wrong.text) == secret
            code = pyotp.TOTP(secret).at(int(house.time.now))
            shown = await ops.client.post("/second-factor/new", data={**sent, "code": code})
            assert len(codes_of(shown.text)) == 10 and 'href="/admin/accounts"' in shown.text
            assert (await ops.get("/admin/accounts")).status_code == 200
            refused = await ops.send(
                "/me/security", {"current": PASSWORD}, "/me/security/factor/off"
            )
            assert refused.status_code == 422 and "Your role signs in" in refused.text

    asyncio.run(look())


def test_a_factor_that_was_set_up_meanwhile_is_not_replaced_by_a_password_alone(
    stage: Stage,
) -> None:
    house = House(stage, ("admin",), second_factor=["admin"])

    async def enrol(surfer: Surfer, page: str) -> int:
        fields = {name: field_of(page, name) for name in ("csrf", "sealed")}
        code = pyotp.TOTP(secret_of(page)).at(int(house.time.now))
        done = await surfer.client.post("/second-factor/new", data={**fields, "code": code})
        return done.status_code

    async def look() -> None:
        async with house.browser() as ops, house.browser() as thief:
            for one in (ops, thief):
                done = await one.sign_in("admin")
                assert done.headers["location"] == "/second-factor/new"
            theirs = await thief.get("/second-factor/new")
            assert await enrol(ops, (await ops.get("/second-factor/new")).text) == 200
            assert await enrol(thief, theirs.text) == 403
            assert (await thief.get("/admin/accounts")).status_code == 303

    asyncio.run(look())


def test_the_secret_is_not_readable_in_the_database(stage: Stage) -> None:
    house = House(stage, ("user",))

    async def look() -> str:
        async with house.browser() as bob:
            await bob.sign_in("user")
            return (await set_up(house, bob))[0]

    secret = asyncio.run(look())
    raw = b"".join(path.read_bytes() for path in stage.folder.glob("ledger.db*"))
    assert secret.encode() not in raw
    assert SUBJECTS["user"].encode() in raw


def test_wrong_codes_end_the_sign_in(stage: Stage) -> None:
    house = House(stage, ("user",))

    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            await set_up(house, bob)
        async with house.browser() as thief:
            await thief.sign_in("user")
            for _ in range(5):
                assert (await thief.send("/second-factor", {"code": "123456"})).status_code == 422
            assert (await thief.send("/second-factor", {"code": "123456"})).status_code == 403
            assert (await thief.get("/second-factor")).status_code == 404

    asyncio.run(look())
