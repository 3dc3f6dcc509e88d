"""Lists of people with their accounts, one person, what can be done, and the record of what was done."""

from collections.abc import Sequence

from starlette.responses import Response

from dialform.console import listing
from dialform.console.accounts import audit, sessions
from dialform.console.accounts.agents import browser
from dialform.console.accounts.inviting import who
from dialform.console.accounts.reception import reception
from dialform.console.errors import NotThere, Refused
from dialform.console.need import ADMIN, MANAGER
from dialform.console.page import Context, Menu, Page
from dialform.console.people import record
from dialform.console.people.acts import ACTS, send_invitation
from dialform.console.people.whose import (
    Person,
    changeable,
    everybody,
    must_be_changeable,
    people,
    person,
)

_SORTS = {
    "name": lambda one: one.name.casefold(),
    "subject": lambda one: one.subject,
    "role": lambda one: one.visitor.role if one.visitor else "",
    "state": lambda one: one.state[0],
    "seen": lambda one: one.account.seen if one.account else 0,
}


async def of_tenant(context: Context) -> Response:
    """The people of one tenant, for its administrators."""
    found = await context.ground.off(people, context, context.ground.released(), context.tenant)
    return _list(context, found, f"/t/{context.tenant}/accounts")


async def of_all(context: Context) -> Response:
    """All accounts, and the admins of the platform; for admins."""
    found = await context.ground.off(everybody, context, context.ground.released())
    return _list(context, found, "/admin/accounts")


async def one(context: Context) -> Response:
    """One person: account, sessions, acts. Of the tenant for its administrators, any for admins."""
    found = await person(context)
    ground, desk = context.ground, reception(context.ground)
    own: Sequence[sessions.Session] = ()
    if found.account is not None:
        own = await ground.off(
            sessions.of, ground.database, found.account.id, desk.lifetime, desk.now()
        )
    acts = await ground.off(_acts, context, found)
    return context.render(
        "people/person.html", person=found, why=changeable(context, found), acts=acts,
        here=_here(context, found), back=_home(context),
        sessions=[(each, browser(each.agent)) for each in own],
    )  # fmt: skip


async def act(context: Context) -> Response:
    """Do something with an account, as far as the visitor may change it."""
    doing = ACTS.get(str(context.params["act"]))
    if doing is None:
        raise NotThere("There is no such act.")
    found = await person(context)
    must_be_changeable(context, found)
    await doing(context, found)
    if doing is ACTS["remove"]:
        return context.redirect(_home(context))
    return context.redirect(_here(context, found))


async def invite(context: Context) -> Response:
    """Invite anybody of the site, by `acme/alice` or `@handle`; for admins."""
    subject = await context.text("subject")
    try:
        visitor = await context.ground.off(who, context.ground, subject)
    except NotThere as error:
        raise Refused(str(error)) from None
    await send_invitation(context, Person(subject.casefold(), visitor, None))
    return context.redirect("/admin/accounts")


def _acts(context: Context, found: Person) -> Sequence[audit.Act]:
    tenant = context.tenant if "tenant" in context.params else None
    acts = audit.of(context.ground.database, tenant=tenant, subject=found.subject, limit=50)
    return [each for each in acts if each.subject == found.subject][:20]


def _list(context: Context, found: list[Person], home: str) -> Response:
    rows = listing.listing(
        context, found, sorts=_SORTS, sort="name",
        text=lambda each: f"{each.name} {each.subject} {each.account.login if each.account else ''} "
        f"{each.account.email if each.account else ''} {each.state[0]}",
    )  # fmt: skip
    return context.render(
        "people/list.html", listing=rows, home=home, link=lambda each: _here(context, each)
    )


def _home(context: Context) -> str:
    return f"/t/{context.tenant}/accounts" if "tenant" in context.params else "/admin/accounts"


def _here(context: Context, found: Person) -> str:
    """The page of somebody; an admin of the platform without an account has none."""
    if "tenant" in context.params:
        return f"/t/{context.tenant}/accounts/{found.subject.rpartition('/')[2]}"
    return f"/admin/accounts/{found.account.id}" if found.account else ""


_SMALL = 16 * 1024

PAGES = (
    Page("/t/{tenant}/accounts", of_tenant, MANAGER, menu=Menu("People's sign-in", "Administration", 70)),
    Page("/t/{tenant}/accounts/{user}", one, MANAGER),
    Page("/t/{tenant}/accounts/{user}/{act}", act, MANAGER, ("POST",), largest=_SMALL),
    Page("/t/{tenant}/audit", record.of_tenant, MANAGER, menu=Menu("What was done", "Changes", 80)),
    Page("/admin/accounts", of_all, ADMIN, menu=Menu("Accounts", "Platform", 80)),
    Page("/admin/accounts", invite, ADMIN, ("POST",), largest=_SMALL),
    Page("/admin/accounts/{account:int}", one, ADMIN),
    Page("/admin/accounts/{account:int}/{act}", act, ADMIN, ("POST",), largest=_SMALL),
    Page("/admin/audit", record.of_all, ADMIN, menu=Menu("What everybody did", "Operation", 90)),
)  # fmt: skip
