"""Dated copies: what each host was given, from when on, and which of them holds for a moment."""

import hashlib
import json
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import documents, terms
from dialform.billing.rating.prices import PriceIndex
from dialform.compiler.terms import Prices, Terms
from dialform.compiler.terms_json import prices_from, prices_json, terms_data, terms_from
from dialform.values import dataclass, replace

V = TypeVar("V")

PRICES = ""
"""The scope of a host's prices; those of tenants are their slugs."""

_EVER = 1 << 62
_INDEXES = 4
_TERMS = 20_000
"""How many documents are kept in memory: lists of 100,000 prices are few, tenants' terms are small."""


@dataclass(frozen=True, slots=True)
class Copy(Generic[V]):
    """What held, and the `terms.id` of the copy that said so."""

    id: int
    value: V


@dataclass(slots=True)
class _History:
    """The copies of one scope of one host, oldest first."""

    times: list[int]
    copies: list[tuple[int, str]]

    def at(self, moment: int) -> tuple[int, str]:
        """The copy in force; before the first one, that."""
        return self.copies[max(bisect_right(self.times, moment) - 1, 0)]

    def span(self, moment: int) -> tuple[int, int]:
        """From when to before when that copy is in force."""
        place = max(bisect_right(self.times, moment), 1)
        first = self.times[place - 1] if place > 1 else -_EVER
        return first, self.times[place] if place < len(self.times) else _EVER


class Copies:
    """All copies of a ledger, as of the last `refresh`. Only what one thread does at a time may touch it."""

    def __init__(self) -> None:
        self._last = 0
        self._histories: dict[tuple[str, str], _History] = {}
        self._newest: dict[str, tuple[int, int, str]] = {}
        self._prices: _Kept[PriceIndex] = _Kept(_INDEXES)
        self._terms: dict[int, Copy[Terms]] = {}
        self.memo: dict[tuple[str, str], Any] = {}
        """What was worked out of the copies that are known; empty again when others come."""

    def refresh(self, words: Sql) -> None:
        """Read the copies that came since: they are numbered in the order in which they are seen."""
        rows = words.ask(
            "SELECT id, host, scope, effective, digest FROM terms WHERE id > ? ORDER BY id",
            self._last,
        )
        if rows:
            self.memo.clear()
        for id_, host, scope, effective, digest in rows:
            history = self._histories.setdefault((host, scope), _History([], []))
            history.times.append(effective)
            history.copies.append((id_, digest))
            self._newest[scope] = max(self._newest.get(scope, (0, 0, "")), (effective, id_, digest))
            self._last = id_

    def forget(self) -> None:
        """Start over: what was read in a transaction that failed may not be there."""
        self._last = 0
        self._histories.clear()
        self._newest.clear()
        self._terms.clear()
        self.memo.clear()

    def prices_at(self, words: Sql, host: str, moment: int) -> Copy[PriceIndex] | None:
        """The prices of a host that held at a moment (microseconds), None where it never had any."""
        history = self._histories.get((host, PRICES))
        return self._read_prices(words, *history.at(moment)) if history else None

    def terms_at(self, words: Sql, host: str, tenant: str, moment: int) -> Copy[Terms] | None:
        """What a tenant had agreed to on a host, without its payments."""
        history = self._histories.get((host, tenant)) if tenant else None
        return self._read_terms(words, *history.at(moment)) if history else None

    def newest_prices(self, words: Sql, host: str) -> Copy[PriceIndex] | None:
        """What a host was given last."""
        history = self._histories.get((host, PRICES))
        return self._read_prices(words, *history.copies[-1]) if history else None

    def newest_terms(self, words: Sql, tenant: str, host: str = "") -> Copy[Terms] | None:
        """What is known last of a tenant: on a host, else on any of them."""
        if host:
            history = self._histories.get((host, tenant)) if tenant else None
            return self._read_terms(words, *history.copies[-1]) if history else None
        newest = self._newest.get(tenant) if tenant else None
        return self._read_terms(words, newest[1], newest[2]) if newest else None

    def terms_by_id(self, words: Sql, id_: int) -> Copy[Terms] | None:
        """The terms of a copy, None where there is none of that number."""
        found = words.ask("SELECT digest FROM terms WHERE id = ?", id_)
        return self._read_terms(words, id_, found[0][0]) if found else None

    def span(self, host: str, scope: str, moment: int) -> tuple[int, int]:
        """From when to before when the copy of a moment holds; without end where there is none."""
        history = self._histories.get((host, scope))
        return history.span(moment) if history else (-_EVER, _EVER)

    def held(self, host: str, scope: str) -> tuple[int, str] | None:
        """The time and the digest of the newest copy of a scope."""
        history = self._histories.get((host, scope))
        return (history.times[-1], history.copies[-1][1]) if history else None

    def tenants(self) -> list[str]:
        """All tenants that any host was ever given, sorted."""
        return sorted(scope for scope in self._newest if scope)

    def _read_prices(self, words: Sql, id_: int, digest: str) -> Copy[PriceIndex]:
        return Copy(
            id_,
            self._prices.get(
                digest, lambda: PriceIndex(prices_from(_body(words, digest).encode()))
            ),
        )

    def _read_terms(self, words: Sql, id_: int, digest: str) -> Copy[Terms]:
        found = self._terms.get(id_)
        if found is None:
            if len(self._terms) >= _TERMS:
                self._terms.clear()
            found = Copy(id_, terms_from(json.loads(_body(words, digest))))
            self._terms[id_] = found
        return found


def store(
    words: Sql, copies: Copies, host: str, prices: Prices, tenants: Iterable[Terms], at: int
) -> int:
    """Keep what a host is given from `at` (microseconds) on; how much of it is new.

    What is as it was is not kept again. No copy begins before one that is there: a clock that went back
    moves none.
    """
    given = {PRICES: ("prices", prices_json(prices).decode())}
    for one in tenants:
        bare = terms_data(replace(one, payments=()))
        given[one.slug] = ("terms", json.dumps(bare, ensure_ascii=False, sort_keys=True))
    new: list[Row] = []
    bodies: dict[str, Row] = {}
    for scope, (kind, body) in given.items():
        digest = hashlib.sha256(body.encode()).hexdigest()
        held = copies.held(host, scope)
        if held is None or held[1] != digest:
            new.append((host, scope, max(at, held[0] + 1) if held else at, digest))
            bodies[digest] = (digest, kind, body)
    if not new:
        return 0
    there = words.ask(
        f"SELECT digest FROM documents WHERE {words.among('digest')}",  # noqa: S608
        words.many(bodies),
    )
    for (digest,) in there:
        del bodies[digest]
    words.insert(documents, list(bodies.values()), unless=("digest",))
    _add(words, new)
    copies.refresh(words)
    return len(new)


def _add(words: Sql, rows: list[Row]) -> None:
    ((last,),) = words.ask("SELECT coalesce(max(id), 0) FROM terms")
    words.insert(terms, [(last + number, *row) for number, row in enumerate(rows, 1)])


def _body(words: Sql, digest: str) -> str:
    ((body,),) = words.ask("SELECT body FROM documents WHERE digest = ?", digest)
    return str(body)


class _Kept(Generic[V]):
    """The values used last, by their digests."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, V] = OrderedDict()

    def get(self, digest: str, make: Callable[[], V]) -> V:
        found = self._values.get(digest)
        if found is None:
            found = self._values[digest] = make()
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        else:
            self._values.move_to_end(digest)
        return found
