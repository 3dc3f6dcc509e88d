"""Money: integers of micro-units, and how people write them. Never a float."""

from dialform.compiler.micro import MICRO, micro


def amount(value: int, digits: int = 2) -> str:
    """A number of micro-units as a decimal amount: at least `digits` places, and all that count."""
    whole, part = divmod(abs(value), MICRO)
    places = f"{part:06d}".rstrip("0").ljust(digits, "0")
    return f"{'-' if value < 0 else ''}{whole}{f'.{places}' if places else ''}"


__all__ = ["MICRO", "amount", "micro"]
