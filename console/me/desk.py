"""From a request to the desk: whose things, on which switch, and what goes wrong as the portal says it."""

import contextlib
from collections.abc import Iterator

from starlette.responses import Response

from dialform.compiler.scope import Scope
from dialform.console.errors import Away, Forbidden, NotThere, Refused
from dialform.console.page import Context
from dialform.reconcile.desk import errors
from dialform.reconcile.desk.boxes import Owned, boxes_of
from dialform.reconcile.desk.customers import Customer
from dialform.values import dataclass

NOBODYS = (
    "This account is no user of a tenant, so it has no extension, mailbox or phone of its own. "
    "An administrator finds those of a tenant below Phone system."
)


@dataclass(frozen=True, slots=True)
class Own:
    """A user of a tenant, and the tenant as the site that runs has it."""

    scope: Scope
    slug: str
    user: str
    extensions: tuple[str, ...]


def own(context: Context) -> Own:
    """Who asks. Raises NotThere for an administrator who is no user of a tenant."""
    visitor = context.visitor
    if not visitor.user:
        raise NotThere(NOBODYS)
    scope = context.ground.released().tenant(visitor.tenant)
    if scope is None:
        raise NotThere("Your tenant is not there any more.")
    return Own(scope, visitor.tenant, visitor.user, visitor.extensions)


def nobody(context: Context, title: str) -> Response:
    """The page of an administrator who is no user of a tenant: nothing is theirs there."""
    return context.render("me/nobody.html", sentence=NOBODYS, title=title)


def customer_of(context: Context, slug: str) -> Customer:
    """The tenant on this host's switch. Raises Away where it lives on another host."""
    found = context.ground.customer(slug)
    if found is None:
        raise Away("Your tenant's calls run on another host: open the portal of that one.")
    return found


def extension(context: Context) -> str:
    """The extension that the path or the form names, if it is the visitor's. Raises NotThere."""
    number = str(context.params.get("extension", ""))
    if number not in context.visitor.extensions:
        raise NotThere("There is no such extension of yours.")
    return number


def boxes(context: Context) -> list[Owned]:
    """The mailboxes that the visitor may open: own and shared ones. Raises NotThere."""
    who = own(context)
    manages = context.visitor.manages
    return [one for one in boxes_of(who.scope, who.user, manages=manages) if one.open]


def box(context: Context) -> Owned:
    """The mailbox that the path names, if the visitor may open it. Raises NotThere."""
    number = str(context.params.get("number", ""))
    for one in boxes(context):
        if one.number == number:
            return one
    raise NotThere("There is no such mailbox of yours.")


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What goes wrong at the desk, as the portal's own errors."""
    try:
        yield
    except errors.NotThere as error:
        raise NotThere(str(error)) from None
    except errors.NotAllowed as error:
        raise Forbidden(str(error)) from None
    except errors.Unusable as error:
        raise Refused(str(error)) from None
    except errors.DeskError as error:
        raise Away(str(error)) from None
