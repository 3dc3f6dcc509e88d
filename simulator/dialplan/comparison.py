"""The `cond` API command of mod_commands: `${cond(a == b ? yes : no)}`."""

import operator
import re
from collections.abc import Callable

from dialform.simulator.reading.words import is_number, separate

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_OPERATOR = re.compile(r"==|!=|>=|<=|>|<")
_FLOAT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_SPACE = " \t\n\v\f\r"


class _ConditionError(ValueError):
    """The text is not what `cond` reads."""


def compare(text: str) -> str:
    """The branch that holds; `-ERR` where the text cannot be read.

    Text counts as its length beside a number; two texts are equal or not. There is no comparison
    without spaces around the operator.
    """
    try:
        left, quoted_left, rest = _operand(text)
        found = _OPERATOR.match(rest := rest.lstrip(_SPACE))
        if found is None:
            return "-ERR"
        # One sign after the operator is passed over, whatever it is.
        right, quoted_right, rest = _operand(rest[found.end() + 1 :].lstrip(_SPACE))
    except _ConditionError:
        return "-ERR"
    rest = rest.lstrip(_SPACE)
    parts = separate(":" + rest[1:], ":", 3) if rest.startswith("?") else []
    if len(parts) < 2:
        return "-ERR"
    numeric_left = is_number(left) and not quoted_left
    numeric_right = is_number(right) and not quoted_right
    if found[0] in ("==", "!=") and not numeric_left and not numeric_right:
        holds = (left == right) == (found[0] == "==")
    else:
        holds = _OPERATORS[found[0]](_value(left, numeric_left), _value(right, numeric_right))
    if holds:
        return parts[1]
    return parts[2] if len(parts) > 2 else ""


def _operand(text: str) -> tuple[str, bool, str]:
    """An operand, whether it was quoted, and what follows it."""
    if not text.startswith("'"):
        operand, space, rest = text.partition(" ")
        if not space:
            raise _ConditionError(text)
        return operand, False, rest
    at = 1
    while at < len(text) and text[at] != "'":
        at += 2 if text[at] == "\\" and text[at + 1 : at + 2] in ("\\", "'") else 1
    if text[at + 1 : at + 2] not in tuple(_SPACE):
        raise _ConditionError(text)
    return text[1:at], True, text[at + 1 :]


def _value(text: str, numeric: bool) -> float:
    if not numeric:
        return float(len(text.encode("utf-8", "surrogateescape")))
    found = _FLOAT.match(text)
    return float(found[0]) if found else 0.0
