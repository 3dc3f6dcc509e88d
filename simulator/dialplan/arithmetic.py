"""What `expr` computes (mod_expr, which is ExprEval): numbers, variables, functions; no comparisons.

`1+2`, `mod(7,3)`, `x=2;x^3`; a sign binds closer than `^`, and `^` groups to the left.
"""

import math
import re
from collections.abc import Callable

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z_]\w*)|([-+*/^(),;=&]))")
_COMMENT = re.compile(r"#[^\r\n]*")
_CONSTANTS = {
    "M_E": math.e, "M_LOG2E": math.log2(math.e), "M_LOG10E": math.log10(math.e),
    "M_LN2": math.log(2), "M_LN10": math.log(10), "M_PI": math.pi, "M_PI_2": math.pi / 2,
    "M_PI_4": math.pi / 4, "M_1_PI": 1 / math.pi, "M_2_PI": 2 / math.pi,
    "M_SQRT2": math.sqrt(2), "M_1_SQRT2": math.sqrt(0.5),
}  # fmt: skip
_FUNCTIONS: dict[str, tuple[int, int, Callable[..., float]]] = {
    "abs": (1, 1, abs),
    "mod": (2, 2, lambda a, b: math.fmod(a, b) if b else math.nan),
    "ipart": (1, 1, math.trunc),
    "fpart": (1, 1, lambda x: math.modf(x)[0]),
    "min": (1, 99, min),
    "max": (1, 99, max),
    "pow": (2, 2, math.pow),
    "sqrt": (1, 1, math.sqrt),
    "sin": (1, 1, math.sin),
    "cos": (1, 1, math.cos),
    "tan": (1, 1, math.tan),
    "atan": (1, 1, math.atan),
    "atan2": (2, 2, math.atan2),
    "log": (1, 1, math.log10),
    "ln": (1, 1, math.log),
    "exp": (1, 1, math.exp),
    "pow10": (1, 1, lambda x: math.pow(10, x)),
    "logn": (2, 2, lambda x, base: math.log(x) / math.log(base)),
    "ceil": (1, 1, math.ceil),
    "floor": (1, 1, math.floor),
    "deg": (1, 1, math.degrees),
    "rad": (1, 1, math.radians),
    "if": (3, 3, lambda test, yes, no: yes if test else no),
    "equal": (2, 2, lambda a, b: a == b),
    "above": (2, 2, lambda a, b: a > b),
    "below": (2, 2, lambda a, b: a < b),
    "avg": (1, 99, lambda *values: sum(values) / len(values)),
    "clip": (3, 3, lambda value, low, high: low),
    "and": (2, 2, lambda a, b: bool(a) and bool(b)),
    "or": (2, 2, lambda a, b: bool(a) or bool(b)),
    "not": (1, 1, lambda a: not a),
    "many": (1, 99, lambda *values: values[-1]),
}
"""Name → fewest and most arguments, and what it computes. `clip` takes the low end for the high one,
and a remainder of nothing is no number: both as the real one answers."""


class ExpressionError(ValueError):
    """No expression, or one without a value."""


def evaluate(text: str) -> str:
    """The value of the last statement, with at most ten decimals. Raises ExpressionError."""
    try:
        value = _Parser(text).run()
        if math.isinf(value):
            raise ExpressionError(text)
    except (ValueError, ArithmeticError, RecursionError, IndexError) as error:
        raise ExpressionError(text) from error
    return f"{value:.10f}".rstrip("0").removesuffix(".")


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._variables: dict[str, float] = {}

    def run(self) -> float:
        value = 0.0
        while self._at < len(self._tokens):
            value = self._assignment()
            if not self._take(";") and self._at < len(self._tokens):
                raise ExpressionError("syntax")
            while self._take(";"):
                pass
        return value

    def _assignment(self) -> float:
        if self._tokens[self._at + 1 : self._at + 2] == ["="]:
            name = self._tokens[self._at]
            if name in _CONSTANTS or not name.isidentifier():
                raise ExpressionError("assignment")
            self._at += 2
            self._variables[name] = self._assignment()
            return self._variables[name]
        return self._sum()

    def _sum(self) -> float:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> float:
        value = self._power()
        while sign := self._take("*", "/"):
            other = self._power()
            value = value * other if sign == "*" else value / other
        return value

    def _power(self) -> float:
        value = self._signed()
        while self._take("^"):
            value = math.pow(value, self._signed())
        return value

    def _signed(self) -> float:
        sign = self._take("+", "-")
        if sign:
            value = self._signed()
            return -value if sign == "-" else value
        return self._atom()

    def _atom(self) -> float:
        if self._take("("):
            value = self._assignment()
            self._close()
            return value
        word = self._tokens[self._at]
        self._at += 1
        if word[0].isdigit() or word[0] == ".":
            return float(word)
        if not word.isidentifier():
            raise ExpressionError("syntax")
        if self._take("("):
            return self._function(word)
        return _CONSTANTS.get(word, self._variables.setdefault(word, 0.0))

    def _function(self, name: str) -> float:
        arguments = [self._assignment()]
        while self._take(","):
            arguments.append(self._assignment())
        self._close()
        if name not in _FUNCTIONS:
            raise ExpressionError(f"no function {name}")
        fewest, most, function = _FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise ExpressionError("arguments")
        return float(function(*arguments))

    def _take(self, *wanted: str) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if token in wanted:
            self._at += 1
            return token
        return ""

    def _close(self) -> None:
        if not self._take(")"):
            raise ExpressionError("parenthesis")


def _tokens(text: str) -> list[str]:
    text = _COMMENT.sub("", text.replace("|", ";")).rstrip()
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError("unknown sign")
        found.append(match[0].strip())
        at = match.end()
    if not found:
        raise ExpressionError("empty")
    return found
