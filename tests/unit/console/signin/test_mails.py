"""Mails with links: to whom, with what, and what somebody learns who only asks."""

import asyncio
import email
import re
from email.message import Message

import pytest

from dialform.billing import smtp
from dialform.console.accounts import accounts
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.inviting import invite
from dialform.console.errors import Refused
from dialform.console.people import acts
from dialform.console.people.whose import Person
from dialform.console.visitor import Visitor

from ..accounts.world import PASSWORD, House
from ..stage import BASE, Stage

NEW = {"password": "three blue elephants", "again": "three blue elephants"}


class Post:
    """A mail server: what came, or why nothing is taken."""

    def __init__(self) -> None:
        self.came: list[Message] = []
        self.recipients: list[tuple[str, ...]] = []
        self.refuses = ""

    def take(self, url: object, envelope: smtp.Envelope) -> None:
        if self.refuses:
            raise smtp.MailError(self.refuses)
        self.came.append(email.message_from_bytes(envelope.content))
        self.recipients.append(envelope.recipients)

    def link(self) -> str:
        text = self.came[-1].get_payload(decode=True)
        assert isinstance(text, bytes)
        found = re.search(r"https://portal\.example\.com(/(?:welcome|reset)/\S+)", text.decode())
        assert found
        return found[1]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    post = Post()
    monkeypatch.setattr(smtp, "hand_over", post.take)
    return post


@pytest.fixture
def house(stage: Stage) -> House:
    house = House(stage, ("admin", "tenant_admin"))
    made = invite(house.ground, "acme/bob", email="bob@acme.example", login="bob")
    accounts.change(house.ground.database, made.account.id, password="")
    return house


def test_whoever_forgot_the_password_gets_a_link_and_nobody_learns_who_has_an_account(
    house: House, post: Post
) -> None:
    async def ask(login: str) -> str:
        async with house.browser() as somebody:
            found = await somebody.send("/reset", {"login": login})
            assert found.status_code == 200
            return re.sub(r'value="[0-9a-f]{64}"', "", found.text)

    async def look() -> None:
        known, unknown = await ask("bob"), await ask("nobody-at-all")
        assert known == unknown and "a mail with a link is on its way" in known
        assert post.recipients == [("bob@acme.example",)]
        mail = post.came[0]
        assert mail["Subject"] == "A new password for the telephone system"
        assert mail["Auto-Submitted"] == "auto-generated"
        async with house.browser() as bob:
            assert (await bob.send(post.link(), NEW)).status_code == 303
            assert (await bob.get("/")).status_code == 200

    asyncio.run(look())


def test_the_mail_goes_to_the_address_of_the_account_and_not_to_one_that_was_typed(
    house: House, post: Post
) -> None:
    """Nor to what the site says by now: a tenant's administrator could have changed that."""

    async def look() -> None:
        async with house.browser() as somebody:
            await somebody.send("/reset", {"login": "bob", "email": "thief@example.com"})
            await somebody.send("/reset", {"login": "bob@acme.example,thief@example.com"})

    asyncio.run(look())
    assert post.recipients == [("bob@acme.example",)]


def test_nobody_is_flooded_with_mails(house: House, post: Post) -> None:
    async def look() -> None:
        async with house.browser() as somebody:
            for _ in range(12):
                await somebody.send("/reset", {"login": "bob"})
                await house.reception.settled()

    asyncio.run(look())
    assert len(post.came) == 5


def test_what_the_mail_server_says_is_no_answer_to_strangers(house: House, post: Post) -> None:
    post.refuses = "the server is away"

    async def look() -> None:
        async with house.browser() as somebody:
            found = await somebody.send("/reset", {"login": "bob"})
            assert found.status_code == 200 and "away" not in found.text

    asyncio.run(look())


def test_an_administrator_invites_and_the_link_is_in_the_mail_alone(
    house: House, post: Post
) -> None:
    async def look() -> None:
        async with house.browser() as alice, house.browser() as carol:
            await alice.sign_in("tenant_admin")
            page = "/t/acme/accounts/carol"
            await alice.send(page, {"email": "carol@acme.example"}, f"{page}/invite")
            shown = (await alice.get(page)).text
            assert "on its way to carol@acme.example" in shown and "/welcome/" not in shown
            assert post.came[0]["Subject"] == "Your access to the telephone system"
            assert "Carol Poe" in str(post.came[0]["To"])
            assert (await carol.send(post.link(), NEW)).status_code == 303
            # Whom an account stands for is not sent its links at another address.
            await alice.send(page, {"email": "thief@example.com"}, f"{page}/invite")
            assert post.recipients[-1] == ("carol@acme.example",)

    asyncio.run(look())


def test_a_tenant_s_administrator_sends_nobody_s_invitation_elsewhere(
    house: House, post: Post
) -> None:
    """Whoever has the link is that person from then on."""

    async def look() -> None:
        async with house.browser() as alice:
            await alice.sign_in("tenant_admin")
            page = "/t/acme/accounts/bob"
            assert "It goes to bob@acme.example" in (await alice.get(page)).text
            to_thief = await alice.send(page, {"email": "alice@evil.example"}, f"{page}/invite")
            assert to_thief.status_code == 422 and not post.came
            assert "as the site says" in to_thief.text
            assert (await alice.send(page, to=f"{page}/invite")).status_code == 303
            assert post.recipients == [("bob@acme.example",)]

    asyncio.run(look())


def person(site: str = "", account: str | None = None, *, seen: int = 0) -> Person:
    """Somebody with a mail address in the site, and one of the account (None: there is none)."""
    visitor = Visitor(1, "bob", "acme/bob", "Bob", site, "user", "acme", "bob")
    row = (1, "acme/bob", "bob", account or "", "", "", 0, "[]", 0, 0, 0, 0, 1, 1, seen)
    return Person("acme/bob", visitor, None if account is None else Account(*row))


@pytest.mark.parametrize(
    ("whom", "typed", "goes"),
    [
        (person("bob@acme.example"), "", "bob@acme.example"),
        (person("bob@acme.example"), "BOB@acme.example", "BOB@acme.example"),
        (person("bob@acme.example"), "thief@acme.example", None),
        (person("bob@acme.example", "old@acme.example"), "bob@acme.example", "bob@acme.example"),
        (person("", "old@acme.example"), "thief@acme.example", None),
        (person("x@acme.example", "old@acme.example", seen=1), "x@acme.example", "old@acme.example"),
        (person(), "new@acme.example", "new@acme.example"),
        (person("", ""), "new@acme.example", "new@acme.example"),
    ],
)  # fmt: skip
def test_where_an_invitation_goes(whom: Person, typed: str, goes: str | None) -> None:
    """Removing the account first is no way around: the site's address counts."""
    if goes is None:
        with pytest.raises(Refused, match="as the site says"):
            acts.destination(whom, typed)
    else:
        assert acts.destination(whom, typed) == goes


def test_where_no_mail_is_taken_only_an_admin_is_handed_the_link(house: House, post: Post) -> None:
    post.refuses = "the server is away"

    async def look() -> None:
        async with house.browser() as alice:
            await alice.sign_in("tenant_admin")
            page = "/t/acme/accounts/carol"
            refused = await alice.send(page, {"email": "carol@acme.example"}, f"{page}/invite")
            assert refused.status_code == 422 and "/welcome/" not in refused.text
        async with house.browser() as ops, house.browser() as carol:
            await ops.sign_in("admin")
            await ops.send("/admin/accounts", {"subject": "acme/carol"})
            shown = (await ops.get("/admin/accounts")).text
            link = re.search(r"https://portal\.example\.com(/welcome/[\w-]+)", shown)
            assert link and (await carol.get(link[1])).status_code == 200

    asyncio.run(look())


def test_another_password_is_told_by_mail(house: House, post: Post) -> None:
    async def look() -> None:
        async with house.browser() as alice:
            await alice.sign_in("tenant_admin")
            await alice.send("/me/security", {"current": PASSWORD, **NEW}, "/me/security/password")

    asyncio.run(look())
    assert post.recipients == [("alice@acme.example",)]
    assert post.came[0]["Subject"] == "Your password for the telephone system was changed"
    assert BASE.encode() not in (post.came[0].get_payload(decode=True) or b"")  # type: ignore[operator]
