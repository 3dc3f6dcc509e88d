"""What a number is to a country's people: at home, premium, short, or without its area code.

Derived from libphonenumber's metadata (the package phonenumbers), as `dialling` is; all expressions
are PCRE and Python `re` alike and have no capturing groups unless they say so.
"""

import re
from functools import lru_cache
from itertools import product

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

from dialform.compiler.dialling import DialPattern
from dialform.compiler.numbers import Number, NumberError

_LONGEST_TERSE = 3
"""Short numbers of so few digits can be no extension."""

_LOCAL = {
    # A service code (N11) is no exchange, so nothing that begins with one is a local number.
    1: (r"\d{3}", r"(?![2-9]11)[2-9]\d{6}"),
    55: (r"\d{2}", r"[2-5]\d{7}|9\d{8}"),
    61: ("[2378]", r"[2-9]\d{7}"),
}
"""Calling code → its area codes, and local numbers without them.

Only where all area codes have one length, which is all that the switch can ask of a caller ID.
"""


@lru_cache(maxsize=256)
def home_numbers(country: str) -> str:
    """An expression for the E.164 digits that are national calls in a country.

    Of a calling code that countries share, those that have area codes of their own (Jamaica's 876)
    are abroad for all others. Raises NumberError for an unknown country.
    """
    code, own = _own(country)
    if own.leading_digits:
        return rf"{code}(?:{own.leading_digits})\d*"
    others = [
        known.leading_digits
        for region in COUNTRY_CODE_TO_REGION_CODE[code]
        if (known := PhoneMetadata.metadata_for_region(region)) and known.leading_digits
    ]
    abroad = f"(?!{'|'.join(others)})" if others else ""
    return rf"{code}{abroad}\d*"


@lru_cache(maxsize=256)
def premium_numbers(country: str) -> str:
    """An expression for the E.164 digits of a country's own premium-rate numbers; empty without any.

    Raises NumberError for an unknown country.
    """
    code, own = _own(country)
    pattern = _pattern(own.premium_rate)
    return f"{code}(?:{pattern})" if pattern else ""


@lru_cache(maxsize=256)
def short_numbers(country: str) -> str:
    """An expression for a country's short numbers, as dialled; empty where none are known.

    Codes of four digits and more that only text messages or one carrier's customers use are not
    among them: in North America those are all that an extension could be. Raises NumberError for an
    unknown country.
    """
    _own(country)
    known = PhoneMetadata.short_metadata_for_region(country.upper())
    every = _pattern(known.short_code) if known else ""
    if known is None or not every:
        return ""
    odd = [p for d in (known.sms_services, known.carrier_specific) if (p := _pattern(d))]
    longer = rf"(?!(?=\d{{{_LONGEST_TERSE + 1}}})(?:{'|'.join(odd)})$)" if odd else ""
    return f"{longer}(?:{every})"


@lru_cache(maxsize=256)
def emergency_numbers(country: str) -> tuple[str, ...]:
    """The emergency numbers of a country in ascending order, as libphonenumber knows them.

    What a platform adds to them (the test number 933 of the US) is not among them. Empty for the
    few regions without data. Raises NumberError for an unknown country.
    """
    _own(country)
    metadata = PhoneMetadata.short_metadata_for_region(country.upper())
    desc = metadata.emergency if metadata else None
    if desc is None or not desc.national_number_pattern:
        return ()
    known = re.compile(desc.national_number_pattern)
    candidates = (
        "".join(digits)
        for length in desc.possible_length
        for digits in product("0123456789", repeat=length)
    )
    return tuple(sorted(number for number in candidates if known.fullmatch(number)))


@lru_cache(maxsize=256)
def local_numbers(country: str) -> DialPattern | None:
    """Numbers without their area code, which is the caller's own; None where that is not built.

    The expression is over `<caller ID in E.164>:<what is dialled>`, both without which it fails.
    Raises NumberError for an unknown country.
    """
    code, own = _own(country)
    if code not in _LOCAL or own.leading_digits:
        return None
    area, local = _LOCAL[code]
    return DialPattern(rf"^\+{code}({area})\d+:({local})$", f"{code}$1$2")


def local_number(dialled: str, caller: Number, country: str) -> str | None:
    """The E.164 digits of a number that a caller dials without area code, or None."""
    pattern = local_numbers(country)
    return pattern.apply(f"{caller.e164}:{dialled}") if pattern else None


def _own(country: str) -> tuple[int, PhoneMetadata]:
    own = PhoneMetadata.metadata_for_region(country.upper())
    if own is None or own.country_code is None:
        raise NumberError(f"of a country that is not known: {country}")
    return own.country_code, own


def _pattern(desc: PhoneNumberDesc | None) -> str:
    return (desc.national_number_pattern or "") if desc else ""
