"""Money: integers of micro-units, and how people write them. Never a float."""

from dialform.compiler.micro import MICRO, amount, micro

__all__ = ["MICRO", "amount", "micro"]
