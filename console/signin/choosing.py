"""Choosing a password by a link: of an invitation, or of a reset that one asked for."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from dialform.console.accounts import accounts, links, passwords, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.links import Kind
from dialform.console.accounts.reception import reception
from dialform.console.errors import NotThere, Refused
from dialform.console.page import Context
from dialform.console.signin import before
from dialform.console.signin.entering import enter

_SPENT = (
    "This link was used already, or is too old. Ask for a new one: “Forgotten?” on the sign-in page, or an "
    "administrator."
)


def choosing(
    kind: Kind,
) -> tuple[Callable[[Context], Awaitable[Response]], Callable[[Context], Awaitable[Response]]]:
    """The page of a kind of link, and what takes its form."""

    async def page(context: Context) -> Response:
        """Nothing is used up by looking: programs that read mail look, too."""
        account = await _whose(context, kind)
        return _form(context, kind, account)

    async def chosen(context: Context) -> Response:
        await before.check(context)
        account = await _whose(context, kind)
        desk, ground = reception(context.ground), context.ground
        form = await context.form()
        password, again = str(form.get("password", "")), str(form.get("again", ""))
        try:
            passwords.check(password, (account.login, account.subject.rpartition("/")[2]))
            if password != again:
                raise Refused("The two passwords differ: type the same twice.")
        except Refused as error:
            return _form(context, kind, account, str(error), 422)
        kept, token = await desk.hashed(password), str(context.params["token"])

        def work() -> None:
            if not links.use(ground.database, token, desk.now()):
                raise NotThere(_SPENT)
            accounts.change(
                ground.database, account.id, password=kept, changed=desk.now(), failures=0, failed=0
            )
            sessions.end(ground.database, account.id)

        await ground.off(work)
        desk.throttle.right(account.subject)
        await desk.write("password", context.request, account, way=kind)
        return await enter(context, account, kind)

    return page, chosen


async def _whose(context: Context, kind: Kind) -> Account:
    """Whose link it is. Raises NotThere."""
    desk, ground = reception(context.ground), context.ground
    token = str(context.params["token"])

    def work() -> Account | None:
        found = links.find(ground.database, token, kind, desk.now())
        account = accounts.by_id(ground.database, found.account) if found else None
        return (
            account if account is not None and account.open and desk.stands_for(account) else None
        )

    account = await ground.off(work)
    if account is None:
        raise NotThere(_SPENT)
    return account


def _form(
    context: Context, kind: Kind, account: Account, sentence: str = "", status: int = 200
) -> Response:
    return before.show(
        context, "signin/choose.html", status, kind=kind, login=account.login, sentence=sentence,
        shortest=passwords.SHORTEST,
    )  # fmt: skip
