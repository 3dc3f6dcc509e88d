"""To whom a fax is to go: what was typed, whom a group holds, what stands in a list; checked, each once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dialform.billing.statements.values import printable
from dialform.compiler.nearby import nearest
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.fax.queue.values import New
from dialform.fax.released import Refusal
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.fax.released import Account, Company, Ways

MOST = 10_000
"""Faxes of one command."""
GENERAL = frozenset(("suspended", "permission", "no_number"))
"""Refusals that are about the account, whoever is to be faxed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A fax that somebody wants sent. `where` it was said, for messages; `at` is a time as it was typed,
    empty for that of the command. `trouble` is what is wrong before it is even looked at.
    """

    where: str
    number: str
    name: str = ""
    at: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """A wish that cannot be fulfilled. `name` is that of a refusal; empty: it was mistyped."""

    where: str
    number: str
    words: str
    name: str = ""

    @property
    def sentence(self) -> str:
        """Where, and what is wrong."""
        return self.words if self.name in GENERAL else printable(f"{self.where}: {self.words}")

    @property
    def usage(self) -> bool:
        """Whether somebody mistyped it; else it is not allowed, or not possible."""
        return not self.name


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be sent, what cannot, and what was named twice. `routes` are those of `news`, one each."""

    news: Sequence[New]
    routes: Sequence[str]
    bad: Sequence[Bad]
    twice: Sequence[str]


def typed(texts: Iterable[str], company: "Company", where: str) -> Iterator[Wish]:
    """Numbers, or contacts by the names that the address book has them under. `where` they were said."""
    for text in texts:
        if not any(letter.isalpha() for letter in text):
            yield Wish(where, text)
        elif (contact := company.contacts.get(text)) is not None:
            yield Wish(where, contact.fax, contact.name)
        else:
            hint = nearest(text, company.contacts) if company.contacts else ""
            yield Wish(where, text, trouble=f"'{text}' is neither a number nor a contact with a fax "
                       f"number.{hint}")  # fmt: skip


def grouped(groups: Iterable[str], company: "Company", where: str) -> Iterator[Wish]:
    """The contacts of groups. `where` those were said."""
    known = {group for contact in company.contacts.values() for group in contact.groups}
    for group in groups:
        if group not in known:
            yield Wish(where, group, trouble=f"No contact with a fax number is in group '{group}'."
                       f"{nearest(group, known)}")  # fmt: skip
        for contact in company.group(group):
            yield Wish(f"{group}, {contact.name}", contact.fax, contact.name)


def checked(
    wishes: Iterable[Wish], company: "Company", account: "Account", ways: "Ways",
    due_of: Callable[[str], int],
) -> Checked:  # fmt: skip
    """Sort out what can be sent. `due_of` gives the moment of a time as it was typed; raises ValueError.

    Who is in the address book has the name that stands there, unless another one was said.
    """
    names = {one.fax: one.name for one in company.contacts.values()}
    found: dict[tuple[str, int], tuple[New, str, str]] = {}
    bad, twice = [], []
    for wish in wishes:
        if wish.trouble:
            bad.append(Bad(wish.where, wish.number, wish.trouble))
            continue
        try:
            number = parse_e164(wish.number.strip(), company.country).e164
        except NumberError as error:
            words = f"'{_short(wish.number)}' is {error.reason}."
            bad.append(Bad(wish.where, wish.number, words))
            continue
        try:
            due = due_of(wish.at)
        except ValueError as error:
            bad.append(Bad(wish.where, number, f"'{_short(wish.at)}' {error}."))
            continue
        way = ways.way(company, account, number)
        if isinstance(way, Refusal):
            bad.append(Bad(wish.where, number, way.words, way.name))
        elif known := found.get((number, due)):
            twice.append(printable(f"{wish.where}: {number} is already there ({known[2]})."))
        else:
            found[number, due] = (
                New(number, wish.name or names.get(number, ""), due),
                way.name,
                wish.where,
            )
    news = list(found.values())
    return Checked([one[0] for one in news], [one[1] for one in news], bad, twice)


def _short(text: str) -> str:
    """As much of it as a message can bear."""
    return text if len(text) <= 40 else f"{text[:39]}…"
