"""A plan as the comment on a pull request (GitHub, GitLab).

Whatever an operator wrote stands in `<code>`, each character that could mean something to markdown
or HTML as a number: so it makes no link, no mention, no picture and no tag.
"""

import re
from collections.abc import Iterator

from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.view import Group, View
from dialform.compiler.planning.words import SIGNS, fields_words, impact_words, named

LONGEST = 60_000
"""Characters: a comment on GitHub takes 65,536."""

_MOST_OPEN = 12
_MOST_FIELDS = 8
_MARKS = {
    Impact.NONE: "⚪", Impact.NEW_CALLS: "🟢", Impact.RE_REGISTER: "🟡", Impact.DROPS_CALLS: "🔴",
}  # fmt: skip
_SPECIAL = re.compile(r"[^\w ,()+%=/'{}?-]|_", re.ASCII)
_HEAD = "| | object | change | impact |\n|---|---|---|---|\n"


def code(text: str) -> str:
    """An operator's text, harmless."""
    escaped = _SPECIAL.sub(lambda found: _escaped(found[0]), text)
    return f"<code>{escaped}</code>"


def _escaped(character: str) -> str:
    return f"&#{ord(character)};" if ord(character) < 0x80 else character


def render(view: View) -> str:
    """The sum first, then a table a tenant, the actions, and pictures of flows that changed."""
    top = [f"### {view.sum}", "", code(view.title)]
    top += [f"\n> **{_MARKS[Impact.DROPS_CALLS]} {told}**" for told in _told(view)]
    sections = [*(_section(group) for group in view.groups), *_actions(view), *_pictures(view)]
    if not view.plan.items:
        sections = ["No changes."]
    return _fitting("\n".join(top), sections)


def _told(view: View) -> list[str]:
    return [code(one) for one in (view.waits, view.refused) if one]


def _fitting(top: str, sections: list[str]) -> str:
    """As many sections as a comment takes, and a word about those that are left out."""
    text, left_out = top, 0
    room = LONGEST - 200
    for section in sections:
        if len(text) + len(section) + 2 > room:
            left_out += 1
        else:
            text += f"\n\n{section}"
    if left_out:
        what = "part is" if left_out == 1 else "parts are"
        text += f"\n\n_{left_out} {what} left out here: `dialform plan` shows all of it._"
    return text + "\n"


def _section(group: Group) -> str:
    title = f"tenant {code(group.slug)}" if group.slug else "the platform"
    if group.whole:
        verb = {"create": "new: ", "delete": "removed: "}[group.whole]
        remark = f" ({group.remarks})" if group.remarks else ""
        return (
            f"#### {SIGNS[group.whole]} {verb}{title}\n\n{group.counted() or 'nothing in it'} — "
            f"{_MARKS[group.impact]} {group.impact.words}{remark}"
        )
    rows = list(_rows(group))
    budget = LONGEST // 2
    kept: list[str] = []
    for row in rows:
        budget -= len(row)
        if budget < 0:
            break
        kept.append(row)
    table = _HEAD + "\n".join(kept)
    if len(kept) < len(rows):
        table += f"\n\n_and {len(rows) - len(kept)} more changes._"
    if len(rows) <= _MOST_OPEN:
        return f"#### {title}\n\n{table}"
    return (
        f"#### {title}\n\n<details><summary>{len(rows)} changes, {group.impact.words}</summary>\n\n"
        f"{table}\n\n</details>"
    )


def _rows(group: Group) -> Iterator[str]:
    for item in group.own:
        change = item.change
        fields = fields_words(change)
        shown = [code(one) for one in fields[:_MOST_FIELDS]]
        if len(fields) > _MOST_FIELDS:
            shown.append(f"and {len(fields) - _MOST_FIELDS} more fields")
        impact = f"{_MARKS[item.impact]} {impact_words(item)}"
        sign = f"`{SIGNS[change.action]}`"
        name = code(named(change, tenant=False))
        yield f"| {sign} | {name} | {'<br>'.join(shown)} | {impact} |"
    if group.following:
        names = ", ".join(code(item.change.id.name) for item in group.following[:10])
        more = len(group.following) - 10
        yield f"| | {names}{f' and {more} more' if more > 0 else ''} | follow the renaming | |"


def _actions(view: View) -> Iterator[str]:
    for host, steps in view.actions.items():
        shown = "\n".join(
            f"{position}. {code(one.words)}{' (by hand)' if one.by_hand else ''}"
            for position, one in enumerate(steps[:100], 1)
        )
        more = f"\n\n_and {len(steps) - 100} more._" if len(steps) > 100 else ""
        count = f"{len(steps)} action{'' if len(steps) == 1 else 's'}"
        yield (
            f"<details><summary>On {code(host)}: {count}</summary>\n\n{shown}{more}\n\n</details>"
        )


def _pictures(view: View) -> Iterator[str]:
    for slug, picture in sorted(view.extras.items()):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", picture) or [""]))
        yield (
            f"<details><summary>Call flow of {code(slug)}</summary>\n\n"
            f"{fence}mermaid\n{picture.strip()}\n{fence}\n\n</details>"
        )
