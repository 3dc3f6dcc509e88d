"""What somebody wants sent, and to whom: read and checked."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from dialform.fax.ordering.errors import OrderError
from dialform.fax.ordering.lists import ListError, wishes
from dialform.fax.ordering.recipients import GENERAL, MOST, Checked, Wish, checked, grouped, typed
from dialform.fax.ordering.times import MICRO, TimeError, moment
from dialform.fax.released import Account, Company, Ways
from dialform.values import dataclass

__all__ = ["Order", "OrderError", "Words", "recipients"]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants sent, as it was typed. `listed` is a list of recipients, as bytes of CSV, that
    people know as `list_name`; `cover` None: no cover page. `at` is a time, empty for now.
    """

    to: Sequence[str] = ()
    groups: Sequence[str] = ()
    listed: bytes | None = None
    list_name: str = ""
    documents: Sequence[str] = ()
    files: Sequence[Path] = ()
    cover: str | None = None
    subject: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What the fields of an order are called where it is written, for messages; `nobody` says that none of
    them names anybody."""

    at: str
    to: str
    group: str
    nobody: str


def recipients(
    order: Order, company: Company, account: Account, ways: Ways, now: float, words: Words
) -> tuple[Checked, int]:
    """Whom it goes to, with all who cannot be faxed, and how many were named. `now` is seconds since 1970.

    Raises OrderError where nothing could be sent to anybody.
    """
    zone, micro = company.timezone, int(now * MICRO)
    try:
        default = moment(order.at, zone, micro) if order.at else 0
    except TimeError as error:
        raise OrderError(f"{words.at}: '{order.at}' {error}.", typed=True) from None

    @lru_cache(maxsize=4096)
    def due_of(text: str) -> int:
        return moment(text, zone, micro) if text else default

    if company.concurrent_faxes == 0:
        raise OrderError(
            f"{company.name} may send no fax: an admin raises `limits: concurrent_faxes`."
        )
    named = _wishes(order, company, words)
    if not named:
        raise OrderError(words.nobody, typed=True)
    if len(named) > MOST:
        raise OrderError(
            f"{len(named):,} recipients are more than {MOST:,}: split the list.", typed=True
        )
    found = checked(named, company, account, ways, due_of)
    if general := [one for one in found.bad if one.name in GENERAL]:
        raise OrderError(general[0].sentence)
    return found, len(named)


def _wishes(order: Order, company: Company, words: Words) -> list[Wish]:
    found = [
        *typed(order.to, company, words.to),
        *grouped(order.groups, company, words.group),
    ]
    if order.listed is None:
        return found
    try:
        listed = list(wishes(order.listed, order.list_name))
    except ListError as error:
        raise OrderError(str(error), typed=True) from None
    if not listed:
        raise OrderError(f"{order.list_name}: no recipient stands there.", typed=True)
    return found + listed
