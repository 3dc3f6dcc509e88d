"""A list on a page: searched, sorted and cut into pages by what stands in the address."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from dialform.console.page import Context
from dialform.values import dataclass

T = TypeVar("T")

SIZE = 50
"""Rows of a page."""

LONGEST = 100
"""Characters of a search; the rest is not read."""

_OURS = ("q", "sort", "page")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list, as `parts/table.html` shows it.

    `sort` is a key of `sorts`, and `down` whether the greatest stands first; `kept` are the filters in
    the address that are not a listing's own; `page` counts from 1.
    """

    path: str
    rows: Sequence[T]
    total: int
    q: str
    sort: str
    down: bool
    sorts: frozenset[str]
    page: int
    pages: int
    first: int
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def kept(self) -> Sequence[tuple[str, str]]:
        """What a search form carries on besides its own fields: the order."""
        return [("sort", f"-{self.sort}" if self.down else self.sort)] if self.sort else []

    @property
    def said(self) -> str:
        """How many there are, in words."""
        if not self.total:
            return ""
        if self.pages == 1:
            return f"{self.total:,} in all"
        return f"{self.first:,} to {self.first + len(self.rows) - 1:,} of {self.total:,}"

    def at(self, page: int) -> str:
        """The address of another page of it."""
        return self._address(f"-{self.sort}" if self.down else self.sort, page)

    def sorted(self, key: str) -> str:
        """The address of it sorted by something; the other way round where it is already."""
        return self._address(f"-{key}" if key == self.sort and not self.down else key, 1)

    def _address(self, sort: str, page: int) -> str:
        given = [
            ("q", self.q),
            *self.filters,
            ("sort", sort),
            ("page", str(page) if page > 1 else ""),
        ]
        query = urlencode([(name, value) for name, value in given if value])
        return f"{self.path}?{query}" if query else self.path


def listing(
    context: Context,
    items: Iterable[T],
    *,
    text: Callable[[T], str] | None = None,
    sorts: Mapping[str, Callable[[T], Any]] | None = None,
    sort: str = "",
    size: int = SIZE,
) -> Listing[T]:
    """The page of `items` that a request asks for.

    `text` is what a search looks into: each of its words must be in it, in any case. `sorts` are keys to
    sort by, `sort` the first of them ("-key" for down); without one the order stays.
    """
    query = context.query
    q, wanted = query.get("q", "")[:LONGEST].strip(), query.get("sort", "") or sort
    rows = list(items)
    if q and text is not None:
        words = q.casefold().split()
        rows = [one for one in rows if _has(text(one).casefold(), words)]
    known = dict(sorts or {})
    key, down = wanted.removeprefix("-"), wanted.startswith("-")
    if key in known:
        rows.sort(key=known[key], reverse=down)
    else:
        key, down = "", False
    page, pages = paged(query.get("page", ""), len(rows), size)
    start = (page - 1) * size
    return Listing(
        context.request.url.path, rows[start : start + size], len(rows), q, key, down,
        frozenset(known), page, pages, start + 1, filters_of(query),
    )  # fmt: skip


def sliced(
    context: Context, read: Callable[[str, bool, int, int], tuple[int, Sequence[T]]], *,
    sorts: Collection[str], sort: str, size: int = SIZE,
) -> Listing[T]:  # fmt: skip
    """The page of a list that a database sorts and cuts; it is not searched by `q`.

    `read` is given a key of `sorts`, whether the greatest stands first, how many rows to leave out and how
    many to read; it gives how many there are in all, and those rows. `sort` as in `listing`.
    """
    query = context.query
    key = query.get("sort", "")
    if key.removeprefix("-") not in sorts:
        key = sort
    key, down = key.removeprefix("-"), key.startswith("-")
    asked = _number(query.get("page", ""))
    total, rows = read(key, down, (asked - 1) * size, size)
    page, pages = paged(str(asked), total, size)
    if page != asked:
        _, rows = read(key, down, (page - 1) * size, size)
    return Listing(
        context.request.url.path, rows, total, "", key, down, frozenset(sorts), page, pages,
        (page - 1) * size + 1, filters_of(query),
    )  # fmt: skip


def paged(asked: str, total: int, size: int = SIZE) -> tuple[int, int]:
    """The page that an address asks for, inside of those that there are, and how many there are."""
    pages = max(1, -(-total // size))
    return min(_number(asked), pages), pages


def _number(asked: str) -> int:
    """The page that an address asks for, from 1."""
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def filters_of(query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What an address says besides search, order and page."""
    return tuple((name, value) for name, value in query.items() if name not in _OURS)


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)
