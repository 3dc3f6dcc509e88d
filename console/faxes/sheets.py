"""Address books and do-not-call lists as CSV: read line by line, with all that is wrong; and written."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.table import Column
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.console.errors import Refused
from dialform.values import dataclass

COLUMNS = ("key", "name", "fax", "phone", "email", "groups")
LARGEST = 2 << 20
"""Bytes of a list."""
MOST = 1000
"""Lines of it: what is more is no change that anybody could review."""
_NUMBERS = ("fax", "phone")
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Read:
    """What a list says: entries by their keys, and what is wrong, a sentence a line."""

    entries: Mapping[str, Any]
    flaws: Sequence[str]


def contacts(raw: bytes, country: str, there: Mapping[str, Any]) -> Read:
    """Contacts of a list with the titles `COLUMNS`, in any order; `name` has to be there.

    Who has no key is given one by the name; one that is there already is changed by the columns that the list
    has. Groups stand apart by semicolons. Raises Refused where it is no list at all.
    """
    found: dict[str, Any] = {}
    flaws: list[str] = []
    for number, row in _rows(raw, COLUMNS, needed="name"):
        key = row.get("key", "") or _key(row.get("name", ""), {*there, *found})
        if not _SLUG.fullmatch(key):
            flaws.append(f"Line {number}: '{key[:40]}' is no short name: use a-z, 0-9 and hyphens.")
            continue
        if key in found:
            flaws.append(f"Line {number}: {key} is there twice.")
            continue
        before = there.get(key)
        entry: dict[str, Any] = dict(before) if isinstance(before, dict) else {}
        for name, text in row.items():
            if name == "key":
                continue
            value: Any = text
            if name in _NUMBERS and text:
                value, flaw = _number(text, country)
                flaws += [f"Line {number}: {flaw}"] if flaw else []
            elif name == "groups":
                value = [one.strip() for one in text.split(";") if one.strip()]
            if value:
                entry[name] = value
            else:
                entry.pop(name, None)
        if not entry.get("name"):
            flaws.append(f"Line {number}: a name is needed.")
        found[key] = entry
    return Read(found, flaws)


def barred(raw: bytes, country: str) -> Read:
    """Numbers of a list with the title `number`, or without any title. Raises Refused."""
    found: dict[str, Any] = {}
    flaws: list[str] = []
    for place, row in _rows(raw, ("number",), needed="number", bare=True):
        text = row["number"]
        if text.endswith("*"):  # what begins so
            value, flaw = (
                text,
                "" if re.fullmatch(r"\+[0-9]{1,15}\*", text) else f"'{text[:40]}' is no prefix.",
            )
        else:
            value, flaw = _number(text, country)
        if flaw:
            flaws.append(f"Line {place}: {flaw}")
        else:
            found[value] = None
    return Read(found, flaws)


def written(entries: Mapping[str, Any]) -> Iterator[str]:
    """Contacts as CSV, as `contacts` reads them."""
    rows = []
    for key, entry in sorted(entries.items()):
        said = entry if isinstance(entry, dict) else {}
        groups = said.get("groups")
        texts = [str(said.get(name) or "") for name in COLUMNS[1:-1]]
        rows.append((key, *texts, "; ".join(map(str, groups)) if isinstance(groups, list) else ""))
    return lines([Column(name) for name in COLUMNS], rows)


def written_numbers(numbers: Sequence[Any]) -> Iterator[str]:
    """A do-not-call list as CSV."""
    return lines([Column("number")], [(str(one),) for one in numbers])


def _rows(
    raw: bytes, known: Sequence[str], *, needed: str, bare: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines with their numbers, each by its titles; `bare`: a list of one column needs none."""
    if len(raw) > LARGEST:
        raise Refused(f"The list is larger than {LARGEST >> 20} MB: split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("The list is not UTF-8: save it as CSV in UTF-8.") from None
    if "\0" in text:
        raise Refused("This is no CSV: it holds zero bytes.")
    first = text.partition("\n")[0]
    apart = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
    titles: list[str] | None = None
    count = 0
    try:
        for cells in reader:
            texts = [cell.strip().removeprefix("'") for cell in cells]
            if not any(texts):
                continue
            if titles is None:
                titles = [one.lower() for one in texts]
                if needed in titles:
                    continue
                if not bare:
                    raise Refused(
                        f"The first line names the columns: {', '.join(known)}; `{needed}` is missing."
                    )
                titles = [needed]
            count += 1
            if count > MOST:
                raise Refused(f"The list has more than {MOST:,} lines: split it.")
            yield reader.line_num, {
                name: one for name, one in zip(titles, texts, strict=False) if name in known
            }  # fmt: skip
    except csv.Error as error:
        raise Refused(f"Line {reader.line_num} is no CSV: {error}.") from None


def _number(text: str, country: str) -> tuple[str, str]:
    try:
        return parse_e164(text, country).e164, ""
    except NumberError as error:
        return text, f"'{text[:40]}' is {error.reason}."


def _key(name: str, there: set[str]) -> str:
    """A short name for somebody: by the name, with a number where that is taken."""
    start = _NO_SLUG.sub("-", name.lower()).strip("-")[:50] or "contact"
    key, number = start, 2
    while key in there:
        key, number = f"{start}-{number}", number + 1
    return key
