"""An entry out of a file, with what belongs to it alone."""

from collections.abc import Sequence

from dialform.schema.editing.spans import Entry, Spans


def cut_entry(spans: Spans, entries: Sequence[Entry], index: int, *, flow: bool) -> str:
    """The text without an entry of a container. The only one of a block leaves nothing there."""
    return _from_brackets(spans, entries, index) if flow else _line(spans, entries, index)


def _from_brackets(spans: Spans, entries: Sequence[Entry], index: int) -> str:
    text, entry = spans.text, entries[index]
    if index + 1 < len(entries):
        end = entries[index + 1].start
        gap = text[entry.end : end]
        if "#" not in gap:
            return text[: entry.start] + text[end:]
        return text[: entry.start] + _without_comma(gap) + text[end:]
    start = entries[index - 1].end if index else entry.start
    gap = text[start : entry.start]
    if "#" in gap:
        return text[:start] + _without_comma(gap).rstrip(" ") + text[entry.end :]
    return text[:start] + text[entry.end :]


def _without_comma(gap: str) -> str:
    """What stands between two entries without the comma, which is none of a comment's."""
    at = 0
    while at < len(gap) and gap[at] != ",":
        if gap[at] == "#":
            line = gap.find("\n", at)
            at = len(gap) if line < 0 else line
        at += 1
    return gap[:at] + gap[at + 1 :]


def _line(spans: Spans, entries: Sequence[Entry], index: int) -> str:
    text, entry = spans.text, entries[index]
    begin = spans.line_start(entry.start)
    if text[begin : entry.start].strip():
        # `- name: x` is the first line of an item: what comes next moves up to the dash.
        following = entries[index + 1].start
        return text[: entry.start] + text[following:]
    end = _next_line(text, spans.line_end(entry.end))
    if _alone(text, end):
        begin = _with_comments(spans, begin, entry.column)
    if _blank_before(text, begin) and _is_blank(text, end):
        end = _next_line(text, end)
    return text[:begin] + text[end:]


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _is_blank(text: str, at: int) -> bool:
    end = text.find("\n", at)
    return not text[at : len(text) if end < 0 else end].strip()


def _blank_before(text: str, at: int) -> bool:
    if at == 0:
        return True
    start = text.rfind("\n", 0, at - 1) + 1
    return not text[start:at].strip()


def _alone(text: str, end: int) -> bool:
    """Whether nothing follows right behind that a comment above could be about as well."""
    line = text[end : _next_line(text, end)].strip()
    return not line or line.startswith("#")


def _with_comments(spans: Spans, begin: int, column: int) -> int:
    """Where the comments begin that stand right above, in this column."""
    while begin > 0:
        above = spans.line_start(begin - 1)
        line = spans.text[above:begin]
        bare = line.lstrip(" ")
        if not bare.startswith("#") or len(line) - len(bare) != column:
            break
        begin = above
    return begin
