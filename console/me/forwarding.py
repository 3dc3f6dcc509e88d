"""The page of how one is called: forwarded, not disturbed, followed."""

from collections.abc import Iterator

from starlette.responses import Response

from dialform.console.errors import ConsoleError, Refused
from dialform.console.me import desk
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.reconcile.desk import forwarding as at_desk
from dialform.reconcile.desk.forwarding import Codes, Forwarding, codes_of
from dialform.schema.follow_me import FollowMe
from dialform.schema.telephony import Extension
from dialform.switch import SwitchError
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """An extension, and how it stands; None where the switch cannot be asked."""

    number: str
    name: str
    now: Forwarding | None
    followed: str = ""
    """The site's follow-me in words; "" for none."""
    missed: tuple[tuple[str, str], ...] = ()
    """Reasons, and where calls go then, as the site says it."""


async def show(context: Context) -> Response:
    """How each of one's extensions is called now, and by the site. Scope: the visitor's own extensions."""
    if not context.visitor.user:
        return desk.nobody(context, "How I am called")
    who = desk.own(context)
    lines = await lines_of(context, who)
    return context.render("me/forwarding.html", lines=lines, codes=codes_of(who.scope))


async def lines_of(context: Context, who: desk.Own) -> list[Line]:
    """The extensions of somebody, as they stand."""
    tenant = who.scope.tenant
    return [
        Line(
            number, tenant.extensions[number].name, await now_of(context, who.slug, number),
            _followed(tenant.follow_me.get(number)), tuple(_missed(tenant.extensions[number])),
        )
        for number in who.extensions
    ]  # fmt: skip


_REASONS = {
    "no_answer": "nobody answers", "busy": "busy", "unregistered": "no phone is registered",
    "always": "always",
}  # fmt: skip


def _followed(entry: FollowMe | None) -> str:
    if entry is None:
        return ""
    when = ", ".join(_REASONS[one] for one in entry.when)
    return f"{', '.join(step.number for step in entry.destinations)} ({when})"


def _missed(entry: Extension) -> Iterator[tuple[str, str]]:
    for name in ("no_answer", "busy", "unregistered"):
        found = getattr(entry, name)
        if found is not None:
            target = "" if found.kind in ("hangup", "play") else f" {found.target}"
            yield _REASONS[name], f"{found.kind.replace('_', ' ')}{target}"


async def set_forward(context: Context) -> Response:
    """Forwards an extension, or ends that. Scope: the visitor's own extensions."""
    who, number = desk.own(context), desk.extension(context)
    codes = codes_of(who.scope)
    off = (await context.text("do")) == "off"
    typed = "" if off else await context.text("to")
    if not off and not typed:
        raise Refused("Say where to: a number inside, or one outside with + and the country.")
    if typed and not codes.forward_on:
        raise Refused(_SWITCHED_OFF)
    with desk.told():
        to = await at_desk.forward(context.ground.api, who.scope, number, typed)
    context.audit("forwarding", extension=number, on=bool(to))
    context.flash(
        f"All calls to {number} go to {to} now."
        if to
        else f"Calls to {number} ring its phones again."
    )
    return context.redirect("/me/forwarding")


async def set_dnd(context: Context) -> Response:
    """Do not disturb, on or off. Scope: the visitor's own extensions."""
    who, number = desk.own(context), desk.extension(context)
    on = (await context.text("do")) == "on"
    if on and not codes_of(who.scope).dnd_on:
        raise Refused(_SWITCHED_OFF)
    desk.customer_of(context, who.slug)
    with desk.told():
        await at_desk.disturb(context.ground.api, who.slug, number, dnd=on)
    context.audit("do not disturb", extension=number, on=on)
    context.flash(
        f"Extension {number} is not disturbed: its calls go where they go when it is busy."
        if on
        else f"Extension {number} rings again."
    )
    return context.redirect("/me/forwarding")


_SWITCHED_OFF = "Your tenant has this switched off: an administrator can map its code."


async def now_of(context: Context, slug: str, number: str) -> Forwarding | None:
    try:
        desk.customer_of(context, slug)
        return await at_desk.read(context.ground.api, slug, number)
    except (ConsoleError, SwitchError):
        return None


PAGES = (
    Page("/me/forwarding", show, ANYBODY, menu=Menu("How I am called", "My account", 10, own=True)),
    Page("/me/forwarding/{extension}/forward", set_forward, ANYBODY, methods=("POST",)),
    Page("/me/forwarding/{extension}/dnd", set_dnd, ANYBODY, methods=("POST",)),
)

__all__ = ["PAGES", "Codes", "Line"]
