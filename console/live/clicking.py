"""Click-to-call: the page from which one calls with one's own phone, and what starts and stops a call."""

from starlette.responses import Response

from dialform.console.errors import Refused
from dialform.console.live.acting import done
from dialform.console.live.hub import hub_of
from dialform.console.live.pages import pieces
from dialform.console.live.reach import Reach, reach
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.reconcile.desk import typed

PATH = "/t/{tenant}/live/call"


def _callers(context: Context, within: Reach) -> list[tuple[str, str]]:
    """The extensions that may call from here, as choices: one's own come first."""
    customer = within.scope(context.ground).customer
    assert customer is not None, "the path names a tenant"
    own = [one for one in context.visitor.extensions if one in customer.extensions]
    others = [] if within.extensions is not None else sorted(customer.extensions.keys() - set(own))
    return [
        (number, f"{number} {customer.extensions[number]}".strip()) for number in (*own, *others)
    ]


async def show(context: Context) -> Response:
    """Who may call for which extensions: a manager for the tenant's, all others for their own."""
    found = reach(context)
    return context.render(
        "live/call.html", callers=_callers(context, found), to=context.query.get("to", "")[:40],
        base=found.base(), **await pieces(context, ("placing",), found),
    )  # fmt: skip


async def begin(context: Context) -> Response:
    """Ring an extension within reach, and dial."""

    async def doing() -> str:
        caller = typed.extension(await context.text("from"))
        dialled = typed.number(await context.text("to"))
        found = reach(context)
        scope = found.scope(context.ground)
        if caller not in dict(_callers(context, found)) or scope.customer is None:
            raise Refused("This extension is not yours to call from.")
        placing = hub_of(context.ground).placing
        placing.begin(context.visitor.account, scope.customer, scope, caller, dialled)
        return f"Pick up {caller}: it rings, and then {dialled} is dialled."

    to = await context.text("to")
    return await done(
        context, "call.placed", doing(), back=f"/t/{context.tenant}/live/call",
        caller=(await context.text("from"))[:16], dialled=to[:40],
    )  # fmt: skip


async def give_up(context: Context) -> Response:
    """Stop ringing for a call that one asked for oneself."""

    async def doing() -> str:
        id_ = await context.text("id")
        hub_of(context.ground).placing.give_up(
            context.visitor.account, int(id_) if id_.isascii() and id_.isdigit() else 0
        )
        return "The call was given up."

    return await done(
        context, "call.given_up", doing(), back=f"/t/{context.tenant}/live/call"
    )  # fmt: skip


PAGES = (
    Page(PATH, show, ANYBODY, menu=Menu("Call with my phone", "Calls", 5)),
    Page(PATH, begin, ANYBODY, ("POST",)),
    Page(f"{PATH}/give-up", give_up, ANYBODY, ("POST",)),
)
