"""Forms of those who are not signed in: theirs by a cookie of its own, and by where they were sent from."""

from typing import Any

from starlette.responses import Response

from dialform.console.accounts import cookies
from dialform.console.accounts.reception import reception
from dialform.console.frame import carries, from_here
from dialform.console.page import Context


def show(context: Context, template: str, status: int = 200, **values: Any) -> Response:
    """A page with such a form: the cookie, and `csrf`, which belongs to it."""
    keys, settings = reception(context.ground).keys, context.ground.settings
    given = cookies.read(context.request, settings, cookies.BEFORE)
    mark = given or keys.token()
    response = context.render(template, status, **{"csrf": keys.sign("before", mark), **values})
    if not given:
        cookies.put(response, settings, cookies.BEFORE, mark, None)
    return response


async def check(context: Context) -> None:
    """Raise Forbidden or Refused where a form was not sent by such a page. Without a signed-in visitor
    nobody else's form can be sent in their name; but they could be signed in as somebody else.
    """
    from_here(context)
    mark = cookies.read(context.request, context.ground.settings, cookies.BEFORE)
    await carries(context, reception(context.ground).keys.sign("before", mark) if mark else "")
