"""The pages of mailboxes: which there are, what is in one, and what is done with messages."""

from starlette.responses import Response

from dialform.console.asking import sure
from dialform.console.errors import ConsoleError, NotThere
from dialform.console.me import desk
from dialform.console.need import ANYBODY, MANAGER
from dialform.console.page import Context, Menu, Page
from dialform.console.templating import when, zone_of
from dialform.reconcile.desk import mailboxes
from dialform.reconcile.desk.boxes import Owned, boxes_of
from dialform.switch import SwitchError, questions

MOST_AT_ONCE = 200
"""Messages that one click may mark or delete."""


async def overview(context: Context) -> Response:
    """Own and shared mailboxes with their counts; straight into it where there is one.

    Scope: mailboxes of the visitor's own extensions, shared ones that name the visitor, and for who manages
    the tenant those that belong to no extension.
    """
    if not context.visitor.user:
        return desk.nobody(context, "Voicemail")
    found = desk.boxes(context)
    if len(found) == 1:
        return context.redirect(f"/me/voicemail/{found[0].number}")
    return context.render("me/mailboxes.html", boxes=await counted(context, found))


async def inbox(context: Context) -> Response:
    """The messages of one mailbox. Scope: as `overview`; others' are not there."""
    found = desk.box(context)
    domain = desk.customer_of(context, context.visitor.tenant).domain
    content = await mailboxes.content(context.ground.api, found.box(domain))
    others = [one for one in desk.boxes(context) if one.number != found.number]
    return context.render("me/messages.html", box=found, content=content, others=others)


async def act(context: Context) -> Response:
    """Marks or deletes the chosen messages. Scope: those that stand in a mailbox of the visitor's."""
    found = desk.box(context)
    box = found.box(desk.customer_of(context, context.visitor.tenant).domain)
    form = await context.form()
    chosen = [str(one) for one in form.getlist("message")][:MOST_AT_ONCE]
    what = await context.text("do")
    if what not in _ACTS:
        raise NotThere("There is nothing like that to do with a message.")
    chosen = list(dict.fromkeys(chosen))
    if chosen and what == "delete":
        await _asked_first(context, found, chosen)
    done = 0
    for uuid in chosen:
        with desk.told():
            if what == "delete":
                await mailboxes.delete(context.ground.api, box, uuid)
            else:
                await mailboxes.mark(context.ground.api, box, uuid, heard=what == "heard")
        done += 1
    if done and what == "delete":
        context.audit("voicemail deleted", mailbox=found.number, messages=done)
    if context.request.headers.get("x-quiet") == "1":
        return Response(status_code=204)
    if done:
        context.flash(f"{done} {'message' if done == 1 else 'messages'} {_ACTS[what]}.")
    else:
        context.flash("No message was chosen: tick some first.", "note")
    return context.redirect(f"/me/voicemail/{found.number}")


async def _asked_first(context: Context, found: Owned, chosen: list[str]) -> None:
    """Who deletes is told which messages go. Raises NotThere, Asked."""
    box = found.box(desk.customer_of(context, context.visitor.tenant).domain)
    there = {one.uuid: one for one in (await mailboxes.content(context.ground.api, box)).messages}
    if not set(chosen) <= there.keys():
        raise NotThere("A message that you chose is not there any more: load the page again.")
    zone = zone_of(context)
    lines = [
        f"{one.name or one.number or 'Unknown caller'}, {when(one.received, zone)}"
        + (", not heard yet" if one.new else "")
        for one in map(there.__getitem__, chosen)
    ]
    many = "this message" if len(chosen) == 1 else f"these {len(chosen)} messages"
    await sure(
        context, f"Delete {many}?", yes="Delete", back=f"/me/voicemail/{found.number}",
        lines=lines, note="What is deleted cannot be brought back.",
    )  # fmt: skip


_ACTS = {"heard": "marked as heard", "new": "marked as new", "delete": "deleted"}


async def counts(context: Context) -> Response:
    """How many messages are in each mailbox of a tenant. Scope: who manages it; nobody's messages are
    listened to here.
    """
    scope = context.scope()
    found = boxes_of(scope, context.visitor.user, manages=True)
    return context.render("me/counts.html", boxes=await counted(context, found))


async def counted(
    context: Context, found: list[Owned]
) -> list[tuple[Owned, tuple[int, int] | None]]:
    """Each with its new and heard messages; None where the switch cannot be asked."""
    made: list[tuple[Owned, tuple[int, int] | None]] = []
    try:
        domain = desk.customer_of(context, context.tenant).domain
        for one in found:
            made.append((one, await questions.message_counts(context.ground.api, one.box(domain))))
    except (ConsoleError, SwitchError):
        made = [(one, None) for one in found]
    return made


PAGES = (
    Page("/me/voicemail", overview, ANYBODY, menu=Menu("Voicemail", "My account", 20, own=True)),
    Page("/me/voicemail/{number}", inbox, ANYBODY),
    Page("/me/voicemail/{number}/messages", act, ANYBODY, methods=("POST",)),
    Page("/t/{tenant}/mailboxes", counts, MANAGER, menu=Menu("Messages left", "Phone system", 75)),
)
