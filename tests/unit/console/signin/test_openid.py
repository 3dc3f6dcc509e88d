"""Sign-in through OpenID Connect: who comes in, and all that does not add up."""

import asyncio
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey

from dialform.console.accounts import accounts, identities
from dialform.console.accounts.inviting import invite
from dialform.console.signin.methods import strong
from dialform.console.signin.provider import Provider

from ..accounts.world import House, Surfer
from ..stage import Stage
from .issuer import CLIENT, ISSUER, Issuer

ENTRY = {
    "name": "Acme ID", "issuer": f"{ISSUER}/", "client_id": CLIENT, "client_secret": {"secret": "portal-openid"},
}  # fmt: skip


class Hotel(House):
    """A house whose people may come from a provider."""

    def __init__(self, stage: Stage, **more: Any) -> None:
        (stage.secrets / "portal-openid").write_text("the portal's own secret")
        super().__init__(stage, ("admin",), openid=ENTRY, **more)
        self.issuer = Issuer(self.time)
        entry = self.ground.settings.entry
        assert entry is not None and entry.openid is not None
        self.ground.parts["openid"] = Provider(self.ground, entry.openid, self.issuer.client())
        invite(self.ground, "acme/bob", email="bob@acme.example")

    async def comes(self, surfer: Surfer, query: str = "") -> Any:
        """Somebody goes to the provider, and comes back."""
        left = await surfer.get(f"/openid{query}")
        assert left.status_code == 303, left.text
        return await surfer.get(self.issuer.signs_in(left.headers["location"]))


@pytest.fixture
def hotel(stage: Stage) -> Hotel:
    return Hotel(stage)


def test_who_is_known_there_and_here_comes_in(hotel: Hotel) -> None:
    async def look() -> None:
        async with hotel.browser() as bob:
            assert "Sign in with Acme ID" in (await bob.get("/sign-in")).text
            done = await hotel.comes(bob, "?next=/me/security")
            assert (done.status_code, done.headers["location"]) == (303, "/me/security")
            assert "bob@acme.example" in (await bob.get("/me/security")).text

    asyncio.run(look())


def test_a_name_that_is_linked_counts_even_when_the_mail_address_is_another(hotel: Hotel) -> None:
    async def look() -> None:
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).status_code == 303
        hotel.issuer.claims = {"email": "robert@elsewhere.example"}
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).status_code == 303
        # And whoever gets the mail address later is somebody else.
        hotel.issuer.claims = {"sub": "u-18"}
        async with hotel.browser() as thief:
            assert (await hotel.comes(thief)).status_code == 422 and not thief.session

    asyncio.run(look())
    account = accounts.by_subject(hotel.ground.database, "acme/bob")
    assert account is not None
    assert [one.name for one in identities.of(hotel.ground.database, account.id)] == ["u-17"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://evil.example.com"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "never"},
        {"iat": 1_900_000_000},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": ""},
        {"sub": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email": "nobody@acme.example"},
        {"email": None},
        {"email": ["bob@acme.example"]},
    ],
)
def test_a_token_that_is_not_for_this_lets_nobody_in(hotel: Hotel, claims: dict[str, Any]) -> None:
    hotel.issuer.claims = claims

    async def look() -> None:
        async with hotel.browser() as bob:
            found = await hotel.comes(bob)
            assert found.status_code == 422, found.text
            assert not bob.session and (await bob.get("/")).status_code == 303

    asyncio.run(look())


@pytest.mark.parametrize("how", ["another key", "no signature", "the secret", "the public key"])
def test_a_signature_that_is_not_the_providers_lets_nobody_in(hotel: Hotel, how: str) -> None:
    issuer = hotel.issuer
    if how == "another key":
        issuer.sign_with = RSAKey.generate_key(2048, {"kid": "k1"})
    elif how == "the secret":
        issuer.algorithm = "HS256"
        issuer.sign_with = OctKey.import_key("the portal's own secret")
    elif how == "the public key":
        issuer.algorithm = "HS256"
        issuer.sign_with = OctKey.import_key(
            issuer.key.as_pem(private=False).decode().replace("-", "_")
        )
    else:
        issuer.algorithm = "none"

    async def look() -> None:
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).status_code == 422 and not bob.session

    asyncio.run(look())


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(hotel: Hotel) -> None:
    """Whoever lets somebody else's browser come back with their own code would be them there."""

    async def look() -> None:
        async with hotel.browser() as thief, hotel.browser() as victim:
            left = await thief.get("/openid")
            way_back = hotel.issuer.signs_in(left.headers["location"])
            assert (await victim.get(way_back)).status_code == 422 and not victim.session
            await victim.get("/openid")
            assert (await victim.get(way_back)).status_code == 422 and not victim.session
            assert (await thief.get(way_back)).status_code == 303
            assert (await thief.get(way_back)).status_code == 422, "twice is once too often"

    asyncio.run(look())


def test_it_takes_no_longer_than_ten_minutes(hotel: Hotel) -> None:
    async def look() -> None:
        async with hotel.browser() as bob:
            left = await bob.get("/openid")
            way_back = hotel.issuer.signs_in(left.headers["location"])
            hotel.time.now += 601
            assert (await bob.get(way_back)).status_code == 422

    asyncio.run(look())


def test_a_new_key_of_the_provider_is_asked_for(hotel: Hotel) -> None:
    async def look() -> None:
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).status_code == 303
            hotel.issuer.key = hotel.issuer.sign_with = RSAKey.generate_key(2048, {"kid": "k1"})
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).status_code == 303

    asyncio.run(look())


def test_where_the_role_needs_a_second_factor_the_provider_may_have_asked_for_it(
    stage: Stage,
) -> None:
    hotel = Hotel(stage, second_factor=["user"])

    async def look() -> None:
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).headers["location"] == "/second-factor/new"
        hotel.issuer.claims = {"amr": ["pwd", "otp"]}
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).headers["location"] == "/"

    asyncio.run(look())


METHODS = (
    (["mfa"], True), (["pwd", "otp"], True), (["pin", "hwk"], True), (["fpt", "swk"], True),
    (["hwk"], False), (["swk"], False), (["fpt"], False), (["otp"], False), (["pwd"], False),
    (["pwd", "pin"], False), (["hwk", "swk", "otp"], False), (["pwd", "user", "geo"], False),
    (["pwd", "rba"], False), ([], False), (["MFA"], False), ("mfa", False), (None, False),
    ([["pwd"], {"otp": 1}, None, 7], False),
)  # fmt: skip


@pytest.mark.parametrize(("shown", "enough"), METHODS)
def test_a_second_factor_is_of_a_second_kind(shown: Any, enough: bool) -> None:
    """RFC 8176: a key or a finger alone is one factor, and so is a password with a PIN."""
    assert strong(shown) is enough


def test_a_key_alone_does_not_spare_the_second_factor_here(stage: Stage) -> None:
    hotel = Hotel(stage, second_factor=["user"])
    hotel.issuer.claims = {"amr": ["hwk"]}

    async def look() -> None:
        async with hotel.browser() as bob:
            assert (await hotel.comes(bob)).headers["location"] == "/second-factor/new"

    asyncio.run(look())


def test_whose_mail_is_not_verified_is_told_so(hotel: Hotel) -> None:
    hotel.issuer.claims = {"email_verified": False}

    async def look() -> None:
        async with hotel.browser() as bob:
            found = await hotel.comes(bob)
            assert found.status_code == 422 and "has not verified your mail address" in found.text
            assert not bob.session

    asyncio.run(look())


def test_a_provider_is_not_asked_without_tls(stage: Stage) -> None:
    """Whoever stands between could say that it is somewhere else."""
    plain = {**ENTRY, "issuer": "http://id.example.com/"}
    house = House(stage, ("admin",), openid=plain)
    entry = house.ground.settings.entry
    assert entry is not None and entry.openid is not None
    issuer = Issuer(house.time)
    house.ground.parts["openid"] = Provider(house.ground, entry.openid, issuer.client())

    async def look() -> None:
        async with house.browser() as somebody:
            left = await somebody.get("/openid")
            assert left.status_code == 503 and "without TLS" in left.text

    asyncio.run(look())


def test_without_a_provider_there_is_no_such_page(stage: Stage) -> None:
    house = House(stage, ())

    async def look() -> None:
        async with house.browser() as bob:
            assert (await bob.get("/openid")).status_code == 404
            assert (await bob.get("/openid/back?code=1&state=2")).status_code == 404

    asyncio.run(look())
