"""A fax before it goes: how far it is, what it looks like, to whom; then it is queued, or thrown away."""

from starlette.responses import Response

from dialform.billing.statements.values import printable
from dialform.console.errors import Refused
from dialform.console.faxes import pictures
from dialform.console.faxes.outbox import SENDERS
from dialform.console.faxes.sending import behind, queued
from dialform.console.faxes.tray import Sending, tray
from dialform.console.page import Context, Page
from dialform.fax.documents import pages_of

_LISTED = 100
"""Recipients that are shown one by one."""


def _mine(context: Context) -> Sending:
    """The draft that the path names. Scope: the visitor's own."""
    return tray(context.ground).one(
        str(context.params["draft"]), context.visitor.subject, context.tenant
    )


async def _show(context: Context) -> Response:
    """Scope: the visitor's own."""
    made = _mine(context)
    if made.stage == "queued":
        where = f"/t/{context.tenant}/faxes/batches/{made.batch}"
        if context.partial:
            return Response(status_code=204, headers={"hx-redirect": context.url(where)})
        return context.redirect(where)
    checked = made.checked
    return context.render(
        "faxes/draft.html", draft=made, busy=made.stage in ("converting", "queuing"),
        news=list(zip(checked.news, checked.routes, strict=True))[:_LISTED], count=len(checked.news),
        bad=[printable(one.sentence) for one in checked.bad][:_LISTED], bads=len(checked.bad),
        twice=checked.twice[:_LISTED], most=made.pages if "all" in context.query else pictures.SHOWN,
    )  # fmt: skip


async def _picture(context: Context) -> Response:
    """A page, as the first recipient gets it. Scope: the visitor's own."""
    made = _mine(context)
    if not made.digest:
        raise Refused("The pages are not converted yet.")
    return await pictures.shown(
        context, f"{made.digest}-fine", lambda: pages_of(made.kept("first"))
    )


async def _send(context: Context) -> Response:
    """Queue it. Scope: the visitor's own."""
    made = _mine(context)
    if made.checked.bad and await context.text("without") != "yes":
        raise Refused(
            f"{len(made.checked.bad)} of {made.named} recipients cannot be faxed: tick that they are left "
            "out, or mend the list and send it anew."
        )
    if made.stage == "ready":
        made.stage, made.said, made.trouble = "queuing", "Queuing", ""
        behind(context.ground, made, lambda: queued(context, made), "ready")
    elif made.stage in ("converting", "failed"):
        raise Refused("This fax cannot be sent yet: see what its page says.")
    return context.redirect(f"/t/{context.tenant}/faxes/drafts/{made.token}")


async def _drop(context: Context) -> Response:
    """Throw it away. Scope: the visitor's own."""
    made = _mine(context)
    if made.stage == "queuing":
        raise Refused("It is being queued just now: cancel it among the sent faxes.")
    kept = tray(context.ground)
    kept.drop(made)
    context.flash("The fax was thrown away; nothing is sent.")
    return context.redirect(f"/t/{context.tenant}/faxes/send")


PAGES = (
    Page("/t/{tenant}/faxes/drafts/{draft}", _show, SENDERS),
    Page("/t/{tenant}/faxes/drafts/{draft}/{page:int}.png", _picture, SENDERS),
    Page("/t/{tenant}/faxes/drafts/{draft}/send", _send, SENDERS, methods=("POST",)),
    Page("/t/{tenant}/faxes/drafts/{draft}/drop", _drop, SENDERS, methods=("POST",)),
)
