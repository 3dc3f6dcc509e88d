"""How a review is written out: one function a format, one table that the command line offers."""

import json
import re
from collections.abc import Callable
from typing import Any

import click

from dialform.compiler.reviewing.verdicts import Review, Verdict
from dialform.schema.rule import printable

_SIGNS = {"create": "+", "update": "~", "delete": "-"}
_LONGEST = 2000


def render_text(review: Review) -> str:
    """For people on a terminal: what is denied first, each with its place, why and who may."""
    lines = [f"review of {review.base} .. {review.head} by {who(review)}"]
    lines += [f"note: {note}" for note in review.notes]
    for one in review.verdicts:
        word = "allowed" if one.allowed else click.style("denied ", fg="red", bold=True)
        side = " (in the base)" if one.side == "base" else ""
        lines.append(f"{word}  {headline(one)}  {one.place.file}:{one.place.line}{side}")
        if not one.allowed:
            lines.append(f"         {one.ruling.why}; it takes {one.ruling.who}")
    return "\n".join([*map(_shown, lines), summary(review)])


def _shown(line: str) -> str:
    """A line without what a terminal would act on but our own colours."""
    parts = re.split(r"(\x1b\[[0-9;]*m)", line)
    return "".join(p if i % 2 else printable(p) for i, p in enumerate(parts))


def render_json(review: Review) -> str:
    """For programs."""
    data = {
        "base": review.base,
        "head": review.head,
        "as": list(review.person.names),
        "admin": review.person.admin,
        "roles": [
            {"tenant": m.tenant, "user": m.user, "role": m.role} for m in review.person.memberships
        ],
        "allowed": review.allowed,
        "notes": list(review.notes),
        "verdicts": [_as_data(one) for one in review.verdicts],
    }
    return json.dumps(data, indent=2)


def _as_data(one: Verdict) -> dict[str, Any]:
    return {
        "object": one.what, "tenant": one.tenant, "action": one.action, "fields": list(one.names),
        "allowed": one.allowed, "why": one.ruling.why, "who": one.ruling.who,
        "file": one.place.file, "line": one.place.line, "side": one.side,
    }  # fmt: skip


def render_markdown(review: Review) -> str:
    """For a comment at a pull request. Nothing in it mentions, links or breaks out of its cell."""
    lines = [
        "### Review of who may change this: " + ("allowed" if review.allowed else "denied"),
        "",
    ]
    lines += [f"By {_code(who(review))}, {_code(review.base)} to {_code(review.head)}.", ""]
    lines += [f"> {_prose(note)}\n" for note in review.notes]
    if review.denied:
        lines += ["| | object | line | why | who may |", "|---|---|---|---|---|"]
        lines += [_row(one) for one in review.denied]
        lines.append("")
    passed = [one for one in review.verdicts if one.allowed]
    if passed:
        lines += [f"<details><summary>{len(passed)} allowed</summary>", ""]
        lines += ["| object | line |", "|---|---|"]
        lines += [f"| {_code(headline(one))} | {_code(_place(one))} |" for one in passed]
        lines += ["", "</details>"]
    return "\n".join([*lines, "", summary(review)])


def _row(one: Verdict) -> str:
    cells = (
        _code(headline(one)),
        _code(_place(one)),
        _prose(one.ruling.why),
        _prose(one.ruling.who),
    )
    return "| denied | " + " | ".join(cells) + " |"


def _place(one: Verdict) -> str:
    return f"{one.place.file}:{one.place.line}" + (" (base)" if one.side == "base" else "")


def _code(text: str) -> str:
    """A code span: no text gets out of it, nobody is mentioned by it."""
    text = printable(text)[:_LONGEST].replace("`", "'").replace("|", "\\|")
    return f"`{text or ' '}`"


def _prose(text: str) -> str:
    """A text with what Markdown or HTML would act on made harmless."""
    # A space without width behind it, and neither people nor issues nor pages are referred to.
    text = re.sub(r"[@#]|:(?=//)|(?<=www)\.", lambda m: f"{m[0]}\u200b", printable(text)[:_LONGEST])
    return re.sub(r"[&<>|`*_~\[\]\\]", lambda m: f"&#{ord(m[0])};", text)


_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def render_github(review: Review) -> str:
    """Workflow commands, which GitHub shows beside the lines (escapes as `@actions/core` has them)."""
    lines = []
    for one in review.denied:
        where = {"file": one.place.file, "line": str(one.place.line), "title": "dialform review"}
        if one.side == "base":
            del where["line"]  # it is no line of the head
        listed = ",".join(
            f"{key}={printable(value).translate(_PROPERTY)}" for key, value in where.items()
        )
        message = f"{headline(one)}: {one.ruling.why}; it takes {one.ruling.who}"
        lines.append(f"::error {listed}::{printable(message).translate(_DATA)}")
    return "\n".join([*lines, *map(printable, review.notes), summary(review)])


def headline(one: Verdict) -> str:
    """The object and its fields in one line: `~ acme ring group 600 timeout`."""
    return " ".join([_SIGNS[one.action], one.what, ", ".join(one.names)]).rstrip()


def who(review: Review) -> str:
    """The person with their roles."""
    person = review.person
    roles = ["admin"] if person.admin else [str(one) for one in person.memberships]
    return f"{person} ({', '.join(roles) or 'unknown'})"


def summary(review: Review) -> str:
    """The counts."""
    denied, total = len(review.denied), len(review.verdicts)
    if not total:
        return "no changes"
    return f"{total - denied} allowed, {denied} denied"


FORMATS: dict[str, Callable[[Review], str]] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
    "github": render_github,
}
