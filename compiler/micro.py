"""Amounts as a site writes them, in integers of micro-units. Never a float."""

import re

MICRO = 1_000_000
"""Micro-units in a unit of a currency."""

_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,6}))?")


def micro(text: str) -> int:
    """Micro-units of a decimal amount as a site writes it, as in "25.00". Raises ValueError."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no amount")
    sign, whole, part = found.groups()
    value = int(whole) * MICRO + int((part or "").ljust(6, "0"))
    return -value if sign else value


def amount(value: int, digits: int = 2) -> str:
    """A number of micro-units as a decimal amount: at least `digits` places, and all that count."""
    whole, part = divmod(abs(value), MICRO)
    places = f"{part:06d}".rstrip("0").ljust(digits, "0")
    return f"{'-' if value < 0 else ''}{whole}{f'.{places}' if places else ''}"
