"""The page about one's own way in, and its forms. All of it is the visitor's own account, and no other."""

from starlette.responses import Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import (
    accounts,
    factors,
    identities,
    links,
    mails,
    passwords,
    sessions,
)
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.agents import browser
from dialform.console.accounts.reception import reception
from dialform.console.errors import ConsoleError, Refused
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.console.security.proving import own, own_sessions, prove
from dialform.console.templating import title_of

HOME = "/me/security"


async def home(context: Context) -> Response:
    """Password, second factor, sessions: the visitor's own."""
    return await _home(context)


async def password(context: Context) -> Response:
    """Another password for the visitor; all their other sessions end."""
    account = await own(context)
    desk, ground, form = reception(context.ground), context.ground, await context.form()
    new = str(form.get("password", ""))
    try:
        await prove(context, account)
        passwords.check(new, (account.login, context.visitor.user))
        if new != str(form.get("again", "")):
            raise Refused("The two new passwords differ: type the same twice.")
    except Refused as error:
        return await _home(context, at="password", sentence=str(error))
    kept = await desk.hashed(new)

    def work() -> int:
        accounts.change(ground.database, account.id, password=kept, changed=desk.now())
        links.forget(ground.database, account.id)
        return sessions.end(ground.database, account.id, but=context.entry.session)

    ended = await ground.off(work)
    context.audit("password", ended=ended)
    desk.beside(_tell(context, account))
    context.flash("Your password was changed, and everybody else who was signed in as you is out.")
    return context.redirect(HOME)


async def begin(context: Context) -> Response:
    """A secret for the visitor's phone. It counts once a code of it was shown."""
    account = await own(context)
    try:
        await prove(context, account)
    except Refused as error:
        return await _home(context, at="factor", sentence=str(error))
    return _offer(context, account, factors.new_secret(reception(context.ground).keys))


async def turn_on(context: Context) -> Response:
    """The first code; then codes for paper are shown once."""
    account = await own(context)
    desk, ground = reception(context.ground), context.ground
    secret = desk.keys.open(_sealed_for(account), await context.text("sealed"))
    if secret is None:
        raise Refused("This page was open for too long. Begin with the second factor once more.")
    step = factors.step_of(secret, await context.text("code"), desk.now())
    if step is None:
        return _offer(
            context, account, secret, "This code is none. Take the one that the app shows now."
        )
    codes = await ground.off(factors.enable, ground.database, desk.keys, account.id, secret, step)
    context.audit("second factor on")
    return context.render("security/paper.html", codes=codes)


async def turn_off(context: Context) -> Response:
    """Without a second factor, unless the role needs one."""
    account = await own(context)
    if _must(context):
        raise Refused("Your role signs in with a second factor: platform.yaml says so.")
    try:
        await prove(context, account)
    except Refused as error:
        return await _home(context, at="factor", sentence=str(error))
    await context.ground.off(factors.disable, context.ground.database, account.id)
    context.audit("second factor off")
    context.flash("The second factor is off: your password alone lets you in.", "note")
    return context.redirect(HOME)


async def paper(context: Context) -> Response:
    """New codes for paper; the old ones end."""
    account = await own(context)
    try:
        if not account.factor:
            raise Refused("There is no second factor to have codes for.")
        await prove(context, account)
    except Refused as error:
        return await _home(context, at="factor", sentence=str(error))
    keys = reception(context.ground).keys
    codes = await context.ground.off(factors.renew, context.ground.database, keys, account.id)
    context.audit("paper codes renewed")
    return context.render("security/paper.html", codes=codes)


async def end(context: Context) -> Response:
    """End one of the visitor's sessions, or all but this one."""
    ground, account = context.ground, context.visitor.account
    only = await context.text("session")
    if only and only not in {one.id for one in await own_sessions(context)}:
        context.flash("That session has ended already.", "note")
        return context.redirect(HOME)
    count = await ground.off(
        lambda: sessions.end(ground.database, account, only=only, but="" if only else context.entry.session)
    )  # fmt: skip
    context.audit("sessions ended", count=count)
    context.flash(f"{count} session{'s' if count != 1 else ''} ended.")
    return context.redirect(HOME)


async def unlink(context: Context) -> Response:
    """Sign in through a provider no more."""
    account = await own(context)
    if not account.password:
        raise Refused("You have no password: without the provider you could not sign in any more.")
    count = await context.ground.off(
        identities.unlink, context.ground.database, account.id, await context.text("issuer")
    )
    if count:
        context.audit("provider unlinked")
        context.flash("The provider lets you in no more.")
    return context.redirect(HOME)


async def _home(context: Context, *, at: str = "", sentence: str = "") -> Response:
    account = await own(context)
    found = await own_sessions(context)
    linked = await context.ground.off(identities.of, context.ground.database, account.id)
    return context.render(
        "security/home.html", 422 if sentence else 200, account=account, at=at, sentence=sentence,
        sessions=[(one, browser(one.agent), one.id == context.entry.session) for one in found],
        left=factors.left(account), must=_must(context), shortest=passwords.SHORTEST, linked=linked,
    )  # fmt: skip


def _offer(context: Context, account: Account, secret: str, sentence: str = "") -> Response:
    address = factors.address(secret, account.login, title_of(context))
    return context.render(
        "security/scan.html", 422 if sentence else 200, sentence=sentence,
        picture=factors.picture(address), address=address,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        sealed=reception(context.ground).keys.seal(_sealed_for(account), secret),
    )  # fmt: skip


def _sealed_for(account: Account) -> str:
    """A secret that was offered to one account is nothing to another."""
    return f"offer {account.id} {account.changed}"


def _must(context: Context) -> bool:
    entry = context.ground.settings.entry
    return entry is not None and context.visitor.role in entry.second_factor


async def _tell(context: Context, account: Account) -> None:
    """Write to somebody that their password was changed. Without mail nobody is told, and nothing stops."""
    ground, visitor = context.ground, context.visitor
    if not account.email:
        return

    def work() -> None:
        leaving = mails.sender(ground)
        portal = title_of(context)
        mails.post(leaving, mails.changed(account.email, visitor.name, leaving.sender, portal,
                                          at=ground.clocks.wall()))  # fmt: skip

    try:
        await ground.off(work)
    except (ConsoleError, LedgerError, ValueError) as error:
        ground.say("mail", "warning", why=str(error))


_SMALL = 16 * 1024

PAGES = (
    Page(HOME, home, ANYBODY, menu=Menu("Sign-in and sessions", "My account", 90)),
    Page(f"{HOME}/password", password, ANYBODY, ("POST",), largest=_SMALL),
    Page(f"{HOME}/factor", begin, ANYBODY, ("POST",), largest=_SMALL),
    Page(f"{HOME}/factor/on", turn_on, ANYBODY, ("POST",), largest=_SMALL),
    Page(f"{HOME}/factor/off", turn_off, ANYBODY, ("POST",), largest=_SMALL),
    Page(f"{HOME}/factor/paper", paper, ANYBODY, ("POST",), largest=_SMALL),
    Page(f"{HOME}/sessions", end, ANYBODY, ("POST",), largest=_SMALL),
    Page(f"{HOME}/provider", unlink, ANYBODY, ("POST",), largest=_SMALL),
)
