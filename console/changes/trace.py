"""The page "where would this call go?"."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from dialform.compiler.scope import Scope
from dialform.console.changes.places import Thing, Things
from dialform.console.changes.tracing import Question, traces_of
from dialform.console.errors import Away, Refused
from dialform.console.need import MANAGER
from dialform.console.page import Context, Menu, Page
from dialform.console.turns import turn
from dialform.proof import words
from dialform.proof.moment import shown
from dialform.proof.paint import folded, is_bad
from dialform.proof.story import DETAIL, Line, Story
from dialform.values import dataclass

PATIENCE = 15.0
"""Seconds that a page waits for a simulated call."""

_LISTS = {
    "busy": "Busy", "no_answer": "Do not answer", "unregistered": "Switched off",
    "do_not_disturb": "Do not disturb",
}  # fmt: skip
"""Lists of extensions in a call test's `given`, and how the form calls them."""
_FLAGS = {"limit": "The tenant's limit is reached", "credit": "The credit is used up"}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the story as the page shows it."""

    time: str
    level: int
    text: str
    kind: str
    thing: Thing | None
    """The object that it is about, where that has a page."""
    place: str
    """For an admin: where it stands in the files, and what was compiled of it."""


async def trace(context: Context) -> Response:
    """A call of one tenant: of a tenant administrator's own, of any for an admin."""
    scope, query = context.scope(), context.query
    values: dict[str, Any] = {
        "lists": _LISTS, "flags": _FLAGS, "asked": query, "story": None, "flaw": "", "facts": (),
        "opened": any(query.get(key) for key in (*_LISTS, *_FLAGS)), "phones": _phones(scope),
        "numbers": list(scope.tenant.numbers), "steps": (),
    }  # fmt: skip
    if query.get("from") and query.get("to"):
        try:
            with turn(context):
                story = await _made(context, _question(query))
            values |= {
                "story": story, "steps": await context.ground.off(_steps, context, story),
                "facts": list(_facts(story)), "end": words.ending(story.made.reached, None),
                "good": story.made.journey.end.kind not in ("refused", "hangup"),
                "title": f"{story.made.call.caller} → {story.made.call.to}",
                "when": shown(story.made.call.at),
            }  # fmt: skip
        except Refused as error:
            values["flaw"] = str(error)
    return context.render("changes/trace.html", 422 if values["flaw"] else 200, **values)


async def _made(context: Context, question: Question) -> Story:
    traces = traces_of(context.ground)
    work = context.ground.off(traces.story, context.tenant, question)
    try:
        return await asyncio.wait_for(work, PATIENCE)
    except TimeoutError:
        raise Away("The call could not be followed in time. Try again in a minute.") from None


def _question(query: Mapping[str, str]) -> Question:
    given: dict[str, Any] = {}
    for key in _LISTS:
        if numbers := re.findall(r"[0-9+*#]+", query.get(key, "")[:500]):
            given[key] = numbers
    given |= {key: True for key in _FLAGS if query.get(key)}
    return Question(
        _dialled(query["from"]), _dialled(query["to"]), query.get("at", "").strip(),
        query.get("press", "").strip()[:60], given,
    )  # fmt: skip


def _dialled(text: str) -> str:
    """`+1 (212) 555-0199` as it is dialled; `1001 Alice Doe`, which the form offers, as 1001."""
    text = text.strip()
    if found := re.match(r"(\d{3,6}) \D", text):
        return found[1]
    return re.sub(r"[ ().\-\u00a0]", "", text)


def _phones(scope: Scope) -> list[tuple[str, str]]:
    return [(number, one.name) for number, one in sorted(scope.tenant.extensions.items())]


def _steps(context: Context, story: Story) -> "list[Step]":
    """The lines. The switch's own steps and files are an admin's: nobody else needs them."""
    things = Things(context.ground.released(), context.tenant)
    lines = folded([line for line in story.lines if line.weight != DETAIL])
    return [_step(line, things.at(line.place), context.visitor.admin) for line in lines]


def _step(line: Line, thing: Thing | None, admin: bool) -> Step:
    places = [f"{line.place.file}:{line.place.line}"] if line.place else []
    places += [f"{line.file}:{line.line}"] if line.file else []
    where = " ‹ ".join(places) if admin else ""
    return Step(f"{line.at:.1f} s", min(line.level, 8), line.text, is_bad(line), thing, where)


def _facts(story: Story) -> "list[tuple[str, str]]":
    made = story.made
    leg = made.reached.trunk
    found = []
    if leg is not None:
        found += [("Shows as", made.reached.shown(leg)), ("Through", leg.to)]
    if story.toll:
        allowed = f" (up to {story.allowed} is allowed)" if story.allowed else ""
        found.append(("Kind of call", f"{story.toll}{allowed}"))
    for name, price in (("Price", story.price), ("Price of the incoming call", story.inbound)):
        if price is not None:
            found.append((name, ": ".join(filter(None, (price.text, price.of_a_minute)))))
    return [*found, ("Lasts", words.duration(made.journey.duration))]


PAGES = (
    Page(
        "/t/{tenant}/trace", trace, MANAGER,
        menu=Menu("Where would a call go?", "Changes", 60),
    ),
)  # fmt: skip
