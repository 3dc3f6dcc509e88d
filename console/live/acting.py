"""What is done with calls and agents from the live pages: each act in the reach of who asks for it."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from dialform.console.asking import sure
from dialform.console.errors import Away, ConsoleError, Forbidden, NotThere, Refused
from dialform.console.live.hub import hub_of
from dialform.console.live.reach import reach
from dialform.console.live.views import REALTIME
from dialform.console.need import ADMIN
from dialform.console.page import Context, Page
from dialform.reconcile.desk import agents as desk_agents
from dialform.reconcile.desk import errors, handling, typed
from dialform.reconcile.desk.legs import Leg
from dialform.switch import SwitchError

Act = Callable[[Context, str], Awaitable[str]]
"""Does it to the call with this UUID, and says what was done."""

_ERRORS: tuple[tuple[type[errors.DeskError], type[ConsoleError]], ...] = (
    (errors.NotThere, NotThere), (errors.NotAllowed, Forbidden), (errors.DeskError, Refused),
)  # fmt: skip


async def done(
    context: Context, act: str, work: Awaitable[str], *, back: str = "", **details: Any
) -> Response:
    """Do it, write it down, and say what came of it: in a part of the page that asked, or on page `back`,
    which is the live page that the form names where none is given.
    """
    try:
        said = await _worded(work)
    except ConsoleError as error:
        if not context.partial:
            raise
        return context.render("live/said.html", kind="bad", text=str(error))
    context.audit(act, tenant=context.tenant, **details)
    if context.partial:
        return context.render("live/said.html", kind="good", text=said)
    context.flash(said)
    return context.redirect(back or await _back(context))


async def _worded(work: Awaitable[str]) -> str:
    try:
        return await work
    except errors.DeskError as error:
        kind = next(kind for known, kind in _ERRORS if isinstance(error, known))
        raise kind(str(error)) from None
    except SwitchError as error:
        raise Away(f"The switch did not do it: {error}") from None


async def _back(context: Context) -> str:
    """The live page that was open; no other page can be named."""
    from dialform.console.live.pages import BOARDS

    name = await context.text("back")
    known = name if any(board.name == name for board in BOARDS) else "calls"
    whole = context.visitor.admin and await context.text("whole") == "yes"
    return f"/admin/live/{known}" if whole else f"{reach(context).base()}/{known}"


async def _hang_up(context: Context, uuid: str) -> str:
    await _asked_first(context, uuid)
    scope = reach(context).scope(context.ground)
    await handling.hang_up(context.ground.link.api, scope, uuid)
    return "The call was ended."


async def _hold(context: Context, uuid: str) -> str:
    scope = reach(context).scope(context.ground)
    await handling.hold(context.ground.link.api, scope, uuid, off=False)
    return "The call is on hold: the other side hears music."


async def _take_back(context: Context, uuid: str) -> str:
    scope = reach(context).scope(context.ground)
    await handling.hold(context.ground.link.api, scope, uuid, off=True)
    return "The call was taken back."


async def _transfer(context: Context, uuid: str) -> str:
    dialled = typed.number(await context.text("to"))
    scope = reach(context).scope(context.ground)
    owner = await _owner(context, uuid)
    await handling.transfer(context.ground.link.api, scope, uuid, dialled, owner)
    return f"The call was transferred to {dialled}."


async def _owner(context: Context, uuid: str) -> Any:
    found = await _leg(context, uuid)
    owner = context.ground.customer(found.tenant) if found.tenant else None
    if owner is None:
        raise Refused("This call is no tenant's: it has nowhere to go.")
    return owner


async def _leg(context: Context, uuid: str) -> Leg:
    from dialform.reconcile.desk.legs import leg

    return await leg(context.ground.link.api, uuid, reach(context).scope(context.ground))


async def _asked_first(context: Context, uuid: str) -> None:
    """Who hangs up is told whose call it is. Raises NotThere, Asked."""
    from dialform.console.live.gathering import party

    found, hub = await _leg(context, uuid), hub_of(context.ground)
    await hub.seen.look(("legs",), 0.0)
    one = party(hub.look(), found)
    who = " ".join(part for part in (one.number, one.name) if part) or "somebody unknown"
    await sure(
        context, f"Hang up the call of {who}?", yes="Hang up", back=await _back(context),
        note=f"{one.doing[:1].upper()}{one.doing[1:]}: it ends for both sides." if one.doing else "",
    )  # fmt: skip


def _uuid(context: Context) -> str:
    """The UUID in the path: what is none is no call's."""
    try:
        return typed.uuid(str(context.params["uuid"]))
    except errors.Unusable:
        raise NotThere("There is no such call.") from None


ACTS: dict[str, tuple[Act, str]] = {
    "hang-up": (_hang_up, "call.ended"),
    "hold": (_hold, "call.held"),
    "take-back": (_take_back, "call.taken_back"),
    "transfer": (_transfer, "call.transferred"),
}
"""What can be done with a call, and its name in the record of acts."""


async def show_call(context: Context) -> Response:
    """One leg of a call, with all that can be done with it: of the tenant, or one's own."""
    from dialform.console.live.gathering import calls

    uuid = _uuid(context)
    hub, found = hub_of(context.ground), reach(context)
    await hub.seen.look(("legs",), 0.0)
    for one in calls(hub.look(), found):
        if one.uuid == uuid:
            return context.render("live/call_one.html", party=one, base=found.base())
    raise NotThere("There is no such call: it has ended.")


async def act_on_call(context: Context) -> Response:
    """Hold, take back, transfer or end a call: of the tenant, or one's own."""
    name = str(context.params["act"])
    if name not in ACTS:
        raise NotThere("There is no such act.")
    work, act = ACTS[name]

    async def doing() -> str:
        uuid = _uuid(context)
        said = await work(context, uuid)
        hub_of(context.ground).stir("legs")
        return said

    return await done(context, act, doing(), call=str(context.params["uuid"])[:36])


AGENT_ACTS = {
    "log-in": (desk_agents.AVAILABLE, "logged in"),
    "log-out": (desk_agents.OUT, "logged out"),
    "pause": (desk_agents.BREAK, "on a break"),
    "resume": (desk_agents.AVAILABLE, "back from the break"),
}
"""What an agent can do, as mod_callcenter and as people call it."""


async def act_on_agent(context: Context) -> Response:
    """Log an agent in or out, or let it take a break: of the tenant, or one's own extension."""
    name, number = str(context.params["act"]), str(context.params["number"])
    if name not in AGENT_ACTS:
        raise NotThere("There is no such act.")
    status, said = AGENT_ACTS[name]

    async def doing() -> str:
        ground = context.ground
        scope = reach(context).scope(ground)
        customer = scope.customer
        assert customer is not None, "the path names a tenant"
        known = await ground.off(desk_agents.logins, ground.folders().conf, customer)
        await desk_agents.set_status(
            ground.link.api, scope, customer, number, status, known.get(number)
        )
        hub_of(ground).stir("center")
        return f"Agent {number} is {said}."

    return await done(context, f"agent.{name}", doing(), agent=number[:16])


PAGES = (
    Page("/t/{tenant}/live/calls/{uuid}", show_call, REALTIME),
    Page("/admin/live/calls/{uuid}", show_call, ADMIN),
    Page("/t/{tenant}/live/calls/{uuid}/{act}", act_on_call, REALTIME, ("POST",)),
    Page("/admin/live/calls/{uuid}/{act}", act_on_call, ADMIN, ("POST",)),
    Page("/t/{tenant}/live/agents/{number}/{act}", act_on_agent, REALTIME, ("POST",)),
)
