"""What a new site can know from its country alone: numbers, time zone, currency.

The numbers come from the metadata of phonenumbers; they are examples to be replaced, and say so.
"""

import re

import phonenumbers
from phonenumbers import timezone

from dialform.values import dataclass

_EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_CURRENCIES = {
    "AE": "AED", "AR": "ARS", "AU": "AUD", "BG": "BGN", "BR": "BRL", "CA": "CAD", "CH": "CHF",
    "CL": "CLP", "CN": "CNY", "CO": "COP", "CZ": "CZK", "DK": "DKK", "EG": "EGP", "GB": "GBP",
    "HK": "HKD", "HU": "HUF", "ID": "IDR", "IL": "ILS", "IN": "INR", "IS": "ISK", "JP": "JPY",
    "KE": "KES", "KR": "KRW", "LI": "CHF", "MX": "MXN", "MY": "MYR", "NG": "NGN", "NO": "NOK",
    "NZ": "NZD", "PE": "PEN", "PH": "PHP", "PK": "PKR", "PL": "PLN", "RO": "RON", "RS": "RSD",
    "SA": "SAR", "SE": "SEK", "SG": "SGD", "TH": "THB", "TR": "TRY", "TW": "TWD", "UA": "UAH",
    "VN": "VND", "ZA": "ZAR", **dict.fromkeys(_EURO.split(), "EUR"),
}  # fmt: skip
_MANY = 6
"""With more emergency numbers than this, the metadata lists services that are none."""


@dataclass(frozen=True, slots=True)
class CountryFacts:
    """`prefix` and `number` (an example, geographic) are E.164; `emergency` is as dialled."""

    prefix: str
    number: str
    emergency: tuple[str, ...]
    timezone: str
    currency: str


def facts(country: str) -> CountryFacts:
    """The facts of a country (ISO 3166, upper case) that phonenumbers knows."""
    example = phonenumbers.example_number(country)
    assert example is not None
    zones = timezone.time_zones_for_number(example)
    zone = zones[0] if zones and zones[0] != timezone.UNKNOWN_TIMEZONE else "UTC"
    return CountryFacts(
        prefix=f"+{example.country_code}",
        number=phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164),
        emergency=emergency_numbers(country),
        timezone=zone,
        currency=_CURRENCIES.get(country, "USD"),
    )


def emergency_numbers(country: str) -> tuple[str, ...]:
    """A country's emergency numbers; 112, which every mobile network knows, where none is known."""
    metadata = phonenumbers.PhoneMetadata.short_metadata_for_region(country)
    emergency = metadata.emergency if metadata else None
    if emergency is None or not emergency.national_number_pattern:
        return ("112",)
    pattern = re.compile(emergency.national_number_pattern)
    for longest in (3, 4):
        found: list[str] = []
        for length in range(2, longest + 1):
            every = (f"{number:0{length}}" for number in range(10**length))
            found += [n for n in every if pattern.fullmatch(n) and not n.startswith(tuple(found))]
        if found and len(found) <= _MANY:
            return tuple(found)
    return ("112",)
