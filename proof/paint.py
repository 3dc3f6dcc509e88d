"""A story as text: a tree of what happened, each line with where it is compiled and where it is written."""

from collections.abc import Callable, Iterator, Sequence
from unicodedata import combining, east_asian_width

from dialform.proof import words
from dialform.proof.moment import shown
from dialform.proof.story import DETAIL, Line, Story

Style = Callable[[str, str], str]
"""Dresses a text by its role: `time`, `place`, `head`, `good`, `bad`, `dim` or `text`."""

_WIDEST = 72
"""Characters of a line after which its places no longer stand in a column."""


def plain(text: str, _: str) -> str:
    """No dress at all."""
    return text


def paint(story: Story, *, verbose: bool = False, style: Style = plain) -> str:
    """The whole of a call."""
    lines = list(story.lines)
    if not verbose:
        lines = list(folded([line for line in lines if line.weight != DETAIL]))
    rows = list(_rows(lines))
    width = min(max((cells(text) for text, _ in rows), default=0), _WIDEST)
    places = [_compiled(line) for _, line in rows]
    wide = max(map(len, places), default=0)
    body = []
    for (text, line), compiled in zip(rows, places, strict=True):
        role = _role(line)
        time = style(f"{line.at:7.1f} s", "time")
        written = f"{line.place.file}:{line.place.line}" if line.place else ""
        rest = f"  {compiled:{wide}}  {written}".rstrip()
        padded = text + " " * (width - cells(text)) if rest else text
        body.append(f"{time}  {style(padded, role)}{style(rest, 'place')}".rstrip())
    return "\n".join([_head(story, style), "", *body, "", *_end(story, style)])


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: East Asian letters and emoji are two wide."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(combining(letter) > 0 for letter in text)


def folded(lines: Sequence[Line]) -> Iterator[Line]:
    """What happens again and again at one place (a queue that rings, a question that is asked) once."""
    seen: set[tuple[int, str]] = set()
    skipped: list[Line] = []
    for line in lines:
        key = (line.level, line.text)
        if not line.level:
            yield from _rest(skipped)
            seen, skipped = set(), []
        elif key in seen:
            skipped.append(line)
            continue
        elif skipped:
            yield from _rest(skipped)
            skipped = []
        seen.add(key)
        yield line
    yield from _rest(skipped)


def _rest(skipped: Sequence[Line]) -> Iterator[Line]:
    if len(skipped) > 1:
        last = skipped[-1]
        text = f"and so on, {len(skipped)} times more until {words.duration(last.at)}"
        yield Line(skipped[0].at, last.level, "again", text)
    else:
        yield from skipped


def _rows(lines: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Each line with its branches drawn before it."""
    for index, line in enumerate(lines):
        yield _branches(lines, index) + line.text, line


def _branches(lines: Sequence[Line], index: int) -> str:
    drawn = ""
    level = lines[index].level
    for depth in range(1, level + 1):
        goes_on = _goes_on(lines, index, depth)
        if depth == level:
            drawn += "├─ " if goes_on else "└─ "
        else:
            drawn += "│  " if goes_on else "   "
    return drawn


def _goes_on(lines: Sequence[Line], index: int, depth: int) -> bool:
    """Whether another line of this depth follows before a shallower one."""
    for line in lines[index + 1 :]:
        if line.level < depth:
            return False
        if line.level == depth:
            return True
    return False


def _compiled(line: Line) -> str:
    return f"{line.file}:{line.line}" if line.file else ""


def _role(line: Line) -> str:
    if line.weight == DETAIL:
        return "dim"
    return is_bad(line) or ("head" if not line.level else "text")


def is_bad(line: Line) -> str:
    """`bad` for a refusal, `warn` for a leg that nobody took, else nothing."""
    if line.kind == "refused":
        return "bad"
    return "warn" if line.leg is not None and line.leg.outcome not in _GOOD else ""


_GOOD = frozenset(("ANSWERED", "LOSE_RACE"))


def _head(story: Story, style: Style) -> str:
    made = story.made
    call = made.call
    keys = f", pressing {call.press}" if call.press else ""
    title = style(f"{call.caller} → {call.to}{keys}", "head")
    where = f"{call.tenant} on {made.host}, {shown(call.at)}"
    return f"{title}   {style(where, 'dim')}"


def _end(story: Story, style: Style) -> Iterator[str]:
    made = story.made
    leg = made.reached.trunk
    if leg is not None:
        yield f"trunk      {leg.to}, as {made.reached.shown(leg)}"
    if story.toll:
        allowed = f" (up to {story.allowed} is allowed)" if story.allowed else ""
        yield f"toll class {story.toll}{allowed}"
    for name, price in (("price", story.price), ("inbound", story.inbound)):
        if price is not None:
            yield f"{name:10} {': '.join(filter(None, (price.text, price.of_a_minute)))}"
    end = words.ending(made.reached)
    good = made.journey.end.kind not in ("refused", "hangup")
    yield f"ends       {style(end, 'good' if good else 'bad')}"
    yield f"lasts      {words.duration(made.journey.duration)}"
