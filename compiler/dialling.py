"""What people and carriers of a country dial, as regular expressions that FreeSWITCH can run.

Everything is derived from libphonenumber's metadata (the package phonenumbers). The expressions are
PCRE and Python `re` alike, anchored, and of a list the first that matches decides. A replacement
names groups as `$1` and gives E.164 digits without plus. In a replacement no digit ever follows a
group's name: FreeSWITCH would read `$15` as the fifteenth group.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberFormat, PhoneMetadata

from dialform.compiler.numbers import Number, NumberError
from dialform.values import dataclass

_LONGEST = 15
# Extensions have 4 to 6 digits: behind a prefix, nothing that short is an outside number.
_SHORTEST_DIALLED = 7
# Some countries have whole numbers of six digits (Australia's 13 10 08); the tenant's own win.
_SHORTEST_BARE = 6
# Prefixes that ask the network for a service (text relay; caller ID on or off for one call). They
# route nowhere through a trunk, and to drop one silently would do what the caller did not want.
_SERVICES = ("|180020", "(183[12])|")
# What ITU-T E.164 recommends, for countries where each carrier has an international prefix its own.
_ITU_PREFIX = "00"

_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_REFERENCE = re.compile(r"\$(\d+)")
_TOKEN = re.compile(r"(?:\\d|\[[^]]*\]|\d)(?:\{(\d+)(?:,(\d+))?\})?")


@dataclass(frozen=True, slots=True)
class DialPattern:
    """An anchored regular expression, and the digits that it makes of what it matches."""

    regex: str
    replacement: str

    def apply(self, text: str) -> str | None:
        """The replacement with its groups filled in, or None for what does not match."""
        found = re.compile(self.regex, re.ASCII).search(text)
        if found is None:
            return None
        return _REFERENCE.sub(lambda ref: found[int(ref[1])] or "", self.replacement)


def translate(patterns: Iterable[DialPattern], text: str) -> str | None:
    """What the first pattern that matches makes of a text, or None."""
    return next((t for p in patterns if (t := p.apply(text)) is not None), None)


@lru_cache(maxsize=256)
def dial_patterns(country: str) -> tuple[DialPattern, ...]:
    """What is dialled in a country (ISO 3166) → E.164 digits.

    `+` and the international prefix; the national prefix, with a carrier's selection code where
    the country has them; the bare national number where the country writes numbers so. The
    country's short and emergency numbers match nothing, and of numbers of six digits only those that
    it writes so, as Australia's 13 10 08. Raises NumberError for an unknown country.
    """
    plan = _plan(country)
    plus = rf"(?:\+|(?>{plan.international}))" if plan.international else r"\+"
    patterns = [DialPattern(rf"^{plus}([1-9]\d{{5,{_LONGEST - 1}}})$", "$1")]
    if plan.prefix:
        # +44 (0)20 …: many write the national prefix into their own international numbers.
        own = DialPattern(f"^{plus}{plan.code}{plan.prefix}({plan.general})$", f"{plan.code}$1")
        patterns.insert(0, own)
    patterns.extend(_trunk_patterns(plan, plan.guard))
    if plain := _plain(plan):
        guard = _guard(country.upper(), _SHORTEST_BARE)
        patterns.append(DialPattern(f"^{guard}({plain})$", f"{plan.code}$1"))
    return tuple(patterns)


@lru_cache(maxsize=256)
def caller_forms(country: str) -> tuple[DialPattern, ...]:
    """A caller's number as carriers of a country show it → E.164 digits.

    With `+`, behind an international or national prefix, bare where the country dials so; any other
    digits are E.164 without its `+`. Raises NumberError for an unknown country.
    """
    plan = _plan(country)
    international = [p for p in dial_patterns(country) if p.regex.startswith(r"^(?:\+|")]
    bare = [DialPattern(f"^({plain})$", f"{plan.code}$1")] if (plain := _plain(plan)) else []
    return (
        *international,
        *_trunk_patterns(plan, ""),
        *bare,
        DialPattern(r"^\+?([1-9]\d{6,14})$", "$1"),
    )


def e164_prefix(text: str, country: str) -> str:
    """The first digits of a number, as written in a country → E.164 digits without `+`.

    Raises NumberError for what no number begins with, and for an unknown country.
    """
    plan = _plan(country)
    digits, abroad = text.removeprefix("+"), text.startswith("+")
    if not abroad and plan.international and (found := re.match(plan.international, digits)):
        digits, abroad = digits[found.end() :], True
    if not abroad:
        digits = f"{plan.code}{digits.removeprefix(plan.prefix)}"
    if not digits or digits.startswith("0"):
        raise NumberError("what no number begins with")
    return digits


@lru_cache(maxsize=256)
def inbound_forms(country: str) -> tuple[DialPattern, ...]:
    """A number in the national form of a country, with or without national prefix → E.164 digits.

    For called numbers as carriers send them, after they were looked up as E.164 digits: a few texts
    read both ways (Brazil's area 55), and here, as in the library, the national reading wins.
    Raises NumberError for an unknown country.
    """
    plan = _plan(country)
    bare = DialPattern(f"^({plan.general})$", f"{plan.code}$1")
    return (*_trunk_patterns(plan, ""), bare)


@lru_cache(maxsize=256)
def outbound_forms(country: str) -> tuple[DialPattern, ...]:
    """E.164 digits → what a carrier of a country takes as `number_format: national`.

    Numbers of the country's own calling code as the country writes them: with the national prefix
    where it has one (not for +1, nor for ranges dialled without, as Australia's 1300); all others
    behind the international prefix. Raises NumberError for an unknown country.
    """
    plan = _plan(country)
    # A range that no format describes is written like most of those with a prefix.
    counted = Counter(f.prefix for f in plan.formats if f.prefix).most_common(1)
    usual = counted[0][0] if counted else ""
    others = sorted({f.prefix for f in plan.formats} - {usual})
    return (
        *(
            DialPattern(f"^{plan.code}({_written_with(plan.formats, prefix)})$", f"{prefix}$1")
            for prefix in others
        ),
        DialPattern(rf"^{plan.code}(\d+)$", f"{usual}$1"),
        DialPattern(r"^(\d+)$", f"{plan.preferred}$1"),
    )


def national_form(number: Number, country: str) -> str:
    """A number as a carrier of a country takes it in `number_format: national`: digits alone.

    The same as `outbound_forms` gives. Raises NumberError for an unknown country.
    """
    return translate(outbound_forms(country), number.digits) or number.digits


@dataclass(frozen=True, slots=True)
class _Format:
    """How a range of a country is written: an expression over national numbers.

    `prefix` is what stands before the national number, empty where nothing does; `optional`: it may
    be left out. `only` is a lookahead for those that can be dialled bare.
    """

    regex: str
    shortest: int
    longest: int
    prefix: str
    optional: bool
    only: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """A country's numbering plan. All expressions but `trunk` are free of capturing groups.

    `general` is any national number that E.164 can carry; `trunk` what may stand before it, which
    `transform` turns into leading digits; `guard` a lookahead that spares short numbers.
    """

    code: int
    general: str
    guard: str
    international: str
    preferred: str
    prefix: str
    trunk: str
    transform: str
    formats: tuple[_Format, ...]
    lengths: tuple[int, ...]


@lru_cache(maxsize=256)
def _plan(country: str) -> _Plan:
    region = country.upper()
    own = PhoneMetadata.metadata_for_region(region)
    if own is None or own.country_code is None:
        raise NumberError(f"of a country that is not known: {country}")
    # Of countries that share a calling code (+1, +44, +7) the first describes the numbers of all.
    main = PhoneMetadata.metadata_for_region(COUNTRY_CODE_TO_REGION_CODE[own.country_code][0])
    if main is None or main.general_desc is None:
        raise LookupError(f"phonenumbers has no general metadata for {country}")
    longest = _LONGEST - len(str(own.country_code))
    lengths = tuple(n for n in main.general_desc.possible_length if n <= longest)
    general = f"(?={_lengths(lengths)}$)(?:{main.general_desc.national_number_pattern})"
    trunk = own.national_prefix_for_parsing or ""
    for service in _SERVICES:
        trunk = trunk.replace(service, "")
    international = own.international_prefix or ""
    single = international if international.isdigit() else own.preferred_international_prefix
    return _Plan(
        code=own.country_code,
        general=general,
        guard=_guard(region),
        international=international,
        preferred=re.sub(r"\D", "", single or "") or _ITU_PREFIX,
        prefix=own.national_prefix or "",
        trunk=trunk,
        transform=own.national_prefix_transform_rule or "",
        formats=_formats(main, lengths),
        lengths=lengths,
    )


def _formats(metadata: PhoneMetadata, lengths: Sequence[int]) -> tuple[_Format, ...]:
    """The formats of whole numbers, in the order in which the first that fits one decides."""
    # What has a format at home and none from abroad is a local number, unless it is a whole one that
    # cannot be called from abroad.
    abroad = {_shape(f) for f in metadata.intl_number_format}
    inland = metadata.no_international_dialling
    whole = (inland.national_number_pattern if inland else None) or "(?!)"
    return tuple(
        _format(f, f"(?=(?:{whole})$)" if abroad and _shape(f) not in abroad else "")
        for f in metadata.number_format
        if any(low <= n <= high for low, high in [_width(f.pattern or "")] for n in lengths)
    )


def _shape(f: NumberFormat) -> tuple[str, ...]:
    return (f.pattern or "", *f.leading_digits_pattern)


def _format(f: NumberFormat, only: str) -> _Format:
    leading = f"(?={f.leading_digits_pattern[-1]})" if f.leading_digits_pattern else ""
    shortest, longest = _width(f.pattern or "")
    return _Format(
        regex=leading + re.sub(r"[()]", "", f.pattern or ""),
        shortest=shortest,
        longest=longest,
        prefix=re.sub(r"\\\d|\D", "", f.national_prefix_formatting_rule or ""),
        optional=bool(f.national_prefix_optional_when_formatting),
        only=only,
    )


def _width(pattern: str) -> tuple[int, int]:
    """The least and the most digits that a format's pattern takes: groups of counted digits."""
    counts = [(int(low or 1), int(high or low or 1)) for low, high in _TOKEN.findall(pattern)]
    return sum(low for low, _ in counts), sum(high for _, high in counts)


def _trunk_patterns(plan: _Plan, guard: str) -> list[DialPattern]:
    """Numbers behind what the country's trunk prefix may be, carrier selection included.

    The trunk expression is atomic, because the library strips what it matches first and greedily.
    """
    if not plan.trunk:
        return []
    if not plan.transform:
        trunk = _GROUP.sub("(?:", plan.trunk)
        return [DialPattern(f"^{guard}(?>{trunk})({plan.general})$", f"{plan.code}$1")]
    # The transformation holds only where the trunk's last group took part: (?(2)yes|no) asks that.
    last = len(_GROUP.findall(plan.trunk))
    transform = plan.transform.replace("\\", "$")
    patterns = [
        DialPattern(
            rf"^{guard}(?>{plan.trunk})(?({last})|(?!))(\d*)$",
            f"{plan.code}{transform}${last + 1}",
        )
    ]
    if plan.prefix:
        stripped = f"^{guard}(?>{plan.trunk})(?({last})(?!)|)({plan.general})$"
        patterns.append(DialPattern(stripped, f"{plan.code}${last + 1}"))
    return patterns


def _plain(plan: _Plan) -> str:
    """National numbers that are dialled without a prefix; empty where there are none."""
    formats = [f for f in plan.formats if f.longest >= _SHORTEST_BARE]
    if not plan.prefix or (formats and all(f.optional or not f.prefix for f in formats)):
        return plan.general
    bare = _written_with(formats, "", or_optional=True)
    return f"(?={plan.general}$){bare}" if bare else ""


def _written_with(formats: Sequence[_Format], prefix: str, *, or_optional: bool = False) -> str:
    """An expression for the numbers that are written with a prefix; empty where none is."""
    wanted = [f.prefix == prefix or (or_optional and f.optional) for f in formats]
    choices = []
    for i, f in enumerate(formats):
        if not wanted[i]:
            continue
        # The first format that fits decides: what an earlier one writes otherwise is not meant.
        before = "".join(
            f"(?!{other.regex}$)"
            for j, other in enumerate(formats[:i])
            if not wanted[j] and other.shortest <= f.longest and f.shortest <= other.longest
        )
        choices.append(before + (f.only if or_optional else "") + f.regex)
    return f"(?:{'|'.join(choices)})" if choices else ""


def _guard(region: str, shortest: int = _SHORTEST_DIALLED) -> str:
    """A lookahead that fails for what is shorter and for the short numbers of a country."""
    guard = rf"(?=\d{{{shortest}}})"
    metadata = PhoneMetadata.short_metadata_for_region(region)
    short = metadata.short_code if metadata else None
    if short is None or not short.national_number_pattern:
        return guard
    if max(short.possible_length, default=0) < shortest:
        return guard
    return f"{guard}(?!(?:{short.national_number_pattern})$)"


def _lengths(possible: Sequence[int]) -> str:
    """An expression for digits of certain numbers: (7, 9, 10) → `(?:\\d{7}|\\d{9,10})`."""
    runs: list[list[int]] = []
    for n in possible:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    parts = [rf"\d{{{a}}}" if a == b else rf"\d{{{a},{b}}}" for a, b in runs]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
