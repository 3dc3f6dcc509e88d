"""Block lists and do-not-call lists: what they name, and what is wrong with them."""

from collections.abc import Iterable, Iterator

from dialform.compiler import numbers
from dialform.compiler.dialling import e164_prefix
from dialform.compiler.numbering import did_numbers, judge
from dialform.compiler.resolved_numbers import NumberSet
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import numbers as rules
from dialform.values import dataclass

ANONYMOUS = "anonymous"
_SHORTEST_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry names: E.164 digits without `+`, or a short number as it is dialled."""

    digits: str
    prefix: bool
    short: bool = False


def read(written: str, country: str) -> Entry:
    """An entry but `anonymous`. Raises NumberError for what names no number."""
    if written.endswith("*"):
        return Entry(e164_prefix(written[:-1], country), prefix=True)
    if written.isdigit() and len(written) < _SHORTEST_NUMBER:
        return Entry(written, prefix=False, short=True)
    return Entry(numbers.parse_e164(written, country).digits, prefix=False)


def number_set(written: Iterable[str], country: str) -> NumberSet:
    """The entries in order, without those that others cover. What names no number is left out."""
    found: dict[str, Entry] = {}
    for one in written:
        try:
            entry = read(one, country)
        except numbers.NumberError:
            continue
        known = found.get(entry.digits)
        if known is None or entry.prefix:
            found[entry.digits] = entry
    prefixes = {e.digits for e in found.values() if e.prefix}
    kept = [e for e in found.values() if e.short or not covering(e.digits, prefixes, e.prefix)]
    return NumberSet(
        numbers=tuple(sorted(e.digits for e in kept if not e.prefix and not e.short)),
        prefixes=tuple(sorted(e.digits for e in kept if e.prefix)),
        short=tuple(sorted(e.digits for e in kept if e.short)),
    )


def covering(digits: str, prefixes: set[str], is_prefix: bool = False) -> str:
    """The prefix among many that covers these digits; of a prefix, another one. Else empty."""
    longest = len(digits) - is_prefix
    return next((digits[:n] for n in range(1, longest + 1) if digits[:n] in prefixes), "")


def covers(numbers_: NumberSet, e164: str) -> bool:
    """Whether a list names this number (E.164, or a short one as dialled)."""
    digits = e164.removeprefix("+")
    if digits == e164:
        return digits in numbers_.short
    return digits in numbers_.numbers or bool(covering(digits, set(numbers_.prefixes)))


def check_blocks(scope: Scope) -> Iterator[Flaw]:
    """Findings about both lists."""
    yield from _list(scope, ("block", "inbound"), scope.tenant.block.inbound)
    yield from _list(scope, ("do_not_call",), scope.tenant.do_not_call)


def _list(scope: Scope, path: Path, written: list[str]) -> Iterator[Flaw]:
    known: dict[Entry | str, str] = {}
    for index, text in enumerate(written):
        place = (*path, index)
        if text == ANONYMOUS:
            if text in known:
                yield scope.flaw(rules.BlockedAlready, *place, entry=text, other=text)
            known[text] = text
            continue
        if path == ("do_not_call",) and text in scope.view.emergency_numbers:
            yield scope.flaw(rules.EmergencyNotBarred, *place, number=text)
            continue
        try:
            entry = read(text, scope.country)
        except numbers.NumberError as error:
            yield scope.flaw(rules.ImpossibleNumber, *place, number=text, reason=error.reason)
            continue
        yield from _judged(scope, text, entry, place)
        if entry in known:
            yield scope.flaw(rules.BlockedAlready, *place, entry=text, other=known[entry])
        known.setdefault(entry, text)
    yield from _covered(scope, path, written, known)


def _judged(scope: Scope, text: str, entry: Entry, place: Path) -> Iterator[Flaw]:
    if not entry.prefix and not entry.short:
        yield from judge(scope.document, text, scope.country, place)
    elif entry.prefix and not text.startswith("+"):
        yield scope.flaw(rules.NotE164, *place, number=text, e164=f"+{entry.digits}*")


def _covered(
    scope: Scope, path: Path, written: list[str], known: dict[Entry | str, str]
) -> Iterator[Flaw]:
    entries = {text: entry for entry, text in known.items() if isinstance(entry, Entry)}
    prefixes = {entry.digits: text for text, entry in entries.items() if entry.prefix}
    own = sorted(did.removeprefix("+") for did in did_numbers(scope))
    exact, covers_ = set(own), set(prefixes)
    for index, text in enumerate(written):
        entry = entries.pop(text, None)
        if entry is None or entry.short:
            continue
        other = covering(entry.digits, covers_, entry.prefix)
        if other:
            yield scope.flaw(rules.BlockedAlready, *path, index, entry=text, other=prefixes[other])
        mine = (
            next((n for n in own if n.startswith(entry.digits)), "")
            if entry.prefix
            else (entry.digits if entry.digits in exact else "")
        )
        if mine and not other:
            yield scope.flaw(rules.BlocksItself, *path, index, entry=text, number=f"+{mine}")
