"""Asking for a new password. The answer is the same, and takes the same time, whether or not there is an
account: nobody learns here who has one.
"""

from starlette.responses import Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import accounts, mails
from dialform.console.accounts.inviting import link
from dialform.console.accounts.reception import reception
from dialform.console.errors import ConsoleError, Forbidden
from dialform.console.page import Context
from dialform.console.signin import before
from dialform.console.templating import title_of


async def form(context: Context) -> Response:
    """The form."""
    return before.show(context, "signin/forgotten.html", sent=False)


async def asked(context: Context) -> Response:
    """Somebody asks. What follows runs beside: the answer does not wait for the mail server."""
    await before.check(context)
    desk = reception(context.ground)
    if not desk.throttle.asks(desk.address(context.request)):
        raise Forbidden(
            "There were too many attempts from your network. Try again in a few minutes."
        )
    desk.throttle.wrong(desk.address(context.request))  # a mail costs as much as a guess
    desk.beside(_send(context, await context.text("login")))
    return before.show(context, "signin/forgotten.html", sent=True)


async def _send(context: Context, name: str) -> None:
    """Send a link to the address that the account has; that of the site may be another by now."""
    desk, ground = reception(context.ground), context.ground
    key, now = f"reset\0{name.casefold()}", desk.now()
    if desk.throttle.wait(key, None, now):
        return
    desk.throttle.tries(key, now)

    def work() -> None:
        account = accounts.by_login(ground.database, name)
        visitor = desk.stands_for(account) if account is not None and account.open else None
        if account is not None and visitor is not None and account.email:
            mails.send(ground, link(ground, account, "reset"), visitor.name, title_of(context))

    try:
        await ground.off(work)
        account = await ground.off(accounts.by_login, ground.database, name)
        await desk.write("reset asked for", context.request, account)
    except (ConsoleError, LedgerError) as error:
        ground.say("reset mail", "error", why=str(error))
