"""Phone numbers as they are written: E.164 (ITU-T E.164, at most 15 digits), and what is wrong."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc
from phonenumbers import ValidationResult as Possible

from dialform.values import dataclass

_WRITTEN = re.compile(r"\+?[0-9 ()./-]+", re.ASCII)
_MARKS = re.compile(r"[ ()./-]")
_PLAIN = re.compile(r"\+([1-9][0-9]{4,14})")
_LONGEST = 15

_TYPES = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)

_REASONS = {
    Possible.TOO_SHORT: "too short for a +{code} number",
    Possible.TOO_LONG: "too long for a +{code} number",
    Possible.INVALID_LENGTH: "of a length that no +{code} number has",
    Possible.INVALID_COUNTRY_CODE: "without a country code that exists",
    Possible.IS_POSSIBLE_LOCAL_ONLY: "a local number: its area code is missing",
}


class NumberError(ValueError):
    """A text that cannot be a phone number; `reason` goes behind "this is" in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can exist.

    `e164` is `+12125550199` and `digits` the same without plus; `national` is the national
    significant number; `region` is its ISO 3166 country, `001` for a number of no country
    (+800, +870), empty where the calling code is shared and the number is nobody's.
    """

    e164: str
    digits: str
    country_code: int
    national: str
    region: str


@lru_cache(maxsize=1 << 14)
def parse_e164(text: str, country: str) -> Number:
    """The number that a text means, read as in `country` (ISO 3166) unless it starts with `+`.

    Blanks, brackets, dots, slashes and hyphens are dropped; the country's own national and
    international prefixes are understood. Raises NumberError where no such number is possible.
    """
    known = _known(text)
    if known is not None:
        return known
    number = _read(text, country)
    national = phonenumbers.national_significant_number(number)
    digits = f"{number.country_code}{national}"
    region = phonenumbers.region_code_for_number(number) or ""
    return Number(f"+{digits}", digits, number.country_code or 0, national, region)


@lru_cache(maxsize=1 << 14)
def check(text: str, country: str) -> str:
    """`valid`; `possible` (its length fits, but no such range is in use); or why it is impossible.

    The reason reads behind "this is". Validity is phonenumbers' (libphonenumber's metadata).
    """
    if _known(text) is not None:
        return "valid"
    try:
        number = _read(text, country)
    except NumberError as error:
        return error.reason
    return "valid" if phonenumbers.is_valid_number(number) else "possible"


def _read(text: str, country: str) -> phonenumbers.PhoneNumber:
    """The parsed number; raises NumberError."""
    if not _WRITTEN.fullmatch(text):
        raise NumberError("no phone number")
    bare = _MARKS.sub("", text)
    if not bare.startswith("+") and country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise NumberError("a national number, but its country is not known")
    try:
        number = phonenumbers.parse(bare, country.upper())
    except phonenumbers.NumberParseException as error:
        raise NumberError(_unread(error)) from None
    result = phonenumbers.is_possible_number_with_reason(number)
    # Some ranges are shorter or longer than the rest of their country's: validity decides first.
    if result != Possible.IS_POSSIBLE and not phonenumbers.is_valid_number(number):
        raise NumberError(_REASONS[result].format(code=number.country_code))
    if len(f"{number.country_code}{phonenumbers.national_significant_number(number)}") > _LONGEST:
        raise NumberError(f"longer than the {_LONGEST} digits of E.164")
    return number


def _unread(error: phonenumbers.NumberParseException) -> str:
    if error.error_type == error.INVALID_COUNTRY_CODE:
        return "without a country code that exists"
    if error.error_type == error.TOO_LONG:
        return f"longer than the {_LONGEST} digits of E.164"
    if error.error_type in (error.TOO_SHORT_NSN, error.TOO_SHORT_AFTER_IDD):
        return "too short for a phone number"
    return "no phone number"


# The fast path: 10,000 DIDs are checked in one run, and the library's own parsing takes longer
# than everything else that a DID costs. It knows valid numbers in full; all else is the library's.


def _known(text: str) -> Number | None:
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        return None
    digits = plain[1]
    for length in (1, 2, 3):
        code = int(digits[:length])
        if code in COUNTRY_CODE_TO_REGION_CODE:
            national = digits[length:]
            region = _claimant(code, national)
            return Number(text, digits, code, national, region) if region else None
    return None


def _claimant(code: int, national: str) -> str | None:
    """The region whose valid number this is as it stands: the first one that claims it."""
    trunk, regions = _plan(code)
    if trunk is not None and trunk.match(national):
        return None  # The library might strip a national prefix here.
    for region, leading in regions:
        if leading is None or leading.match(national):
            if _ranges(region, code).fullmatch(national):
                return region
            if leading is not None:
                return None
    return None


@lru_cache(maxsize=256)
def _plan(
    code: int,
) -> tuple[re.Pattern[str] | None, tuple[tuple[str, re.Pattern[str] | None], ...]]:
    """What may stand before a national number of a calling code, and its regions in order."""
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    described = [(region, _metadata(region, code)) for region in regions]
    trunk = described[0][1].national_prefix_for_parsing
    return (
        re.compile(trunk) if trunk else None,
        tuple(
            (r, re.compile(m.leading_digits) if m.leading_digits else None) for r, m in described
        ),
    )


@lru_cache(maxsize=512)
def _ranges(region: str, code: int) -> re.Pattern[str]:
    """The number ranges in use of a region: what phonenumbers calls a type, all in one."""
    metadata = _metadata(region, code)
    types = [t for t in (_desc(getattr(metadata, name)) for name in _TYPES) if t]
    return re.compile(
        f"(?={_desc(metadata.general_desc) or '(?!)'}$)(?:{'|'.join(types) or '(?!)'})"
    )


def _desc(desc: PhoneNumberDesc | None) -> str | None:
    if desc is None or not desc.national_number_pattern:
        return None
    lengths = "|".join(rf"\d{{{n}}}$" for n in desc.possible_length)
    head = f"(?={lengths})" if lengths else ""
    return f"{head}(?:{desc.national_number_pattern})"


def _metadata(region: str, code: int) -> PhoneMetadata:
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if found is None:
        raise LookupError(f"phonenumbers has no metadata for {region}")
    return found
