"""Asking first: what cannot be taken back is done by whoever was told what goes, and said yes.

A handler calls `sure` once it knows that the thing is there and the visitor's. The first time a question is
answered: in a dialog where the page has scripts, as a page where it has none. What is sent from there is the
same form, with the answer in it.
"""

import re
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from dialform.console.page import Context
from dialform.values import dataclass

FIELD, YES = "sure", "yes"
_NOT_KEPT = ("csrf", FIELD)
_TARGET = re.compile(r"[A-Za-z][\w-]{0,40}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `lines` are what goes, `yes` what the button says, `back` the page of who says no."""

    question: str
    note: str
    yes: str
    back: str
    lines: Sequence[str] = ()


class Asked(Exception):  # noqa: N818 - no error: the frame answers it
    """Nothing was done yet: the question is the answer."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.question)
        self.question = question


async def sure(
    context: Context, question: str, *, yes: str, back: str, note: str = "", lines: Sequence[str] = ()
) -> None:  # fmt: skip
    """Go on where the visitor said yes already. Raises Asked."""
    if await context.text(FIELD) != YES:
        raise Asked(Question(question, note, yes, back, lines))


async def asked(context: Context, question: Question) -> Response:
    """The question: what htmx asks for goes into the dialog that each page has (`#ask` of base.html)."""
    form = await context.form()
    fields = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in _NOT_KEPT
    ]
    headers = context.request.headers
    values: dict[str, Any] = {
        "ask": question, "fields": fields, "action": context.request.url.path, "target": "",
    }  # fmt: skip
    if headers.get("hx-request") != "true":
        return context.render("asking/page.html", **values)
    # A part of a page that asked is answered where it would have been.
    target = headers.get("hx-target", "") if context.partial else ""
    response = context.render(
        "asking/part.html", **values | {"target": target if _TARGET.fullmatch(target) else ""}
    )
    response.headers.update(
        {
            "HX-Retarget": "#ask",
            "HX-Reselect": "form",
            "HX-Reswap": "innerHTML",
            "HX-Push-Url": "false",
        }
    )
    return response
