"""From PCRE's way of writing a regular expression to Python's, its group numbers included."""

import re

_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z",
    "print": r"\x20-\x7e", "punct": r"!-/:-@\[-`{-~", "space": r"\s", "upper": "A-Z",
    "word": r"\w", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_ESCAPES = {
    "z": r"\Z", "Z": r"(?=\n?\Z)", "h": r"[\t \xa0]", "H": r"[^\t \xa0]", "R": r"(?>\r\n|[\n-\r\x85])",
    "N": r"[^\n]", "e": r"\x1b", "G": r"\A", "v": r"[\n-\r\x85]", "V": r"[^\n-\r\x85]",
}  # fmt: skip
_IN_CLASS = {"h": r"\t \xa0", "e": r"\x1b", "v": r"\n-\r\x85", "b": r"\x08"}
_SHARED = frozenset("AbBdDsSwWnrtfa")
"""Escapes that mean the same in both."""
_REFUSED = frozenset("KXCgkpPQELUulo")
_QUANTIFIER = re.compile(r"\{\d+(?:,\d*)?\}")
_FLAGS = re.compile(r"\(\?([imsx]*)(-[imsx]+)?([:)])")


class PatternError(ValueError):
    """No regular expression, or one that we cannot run."""


class Translation:
    """One pattern. After `run`, `groups` says which groups of ours each PCRE number may be.

    More than one where `(?|…)` numbers its branches alike.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._count = 0  # groups of ours so far
        self._number = 0  # groups of PCRE's so far
        self.groups: dict[int, list[int]] = {}

    def run(self) -> str:
        """The pattern as Python writes it. Raises PatternError."""
        text = self._alternatives(reset=False)
        if self._at < len(self._pattern):
            raise PatternError("unmatched parentheses")
        return text

    def _alternatives(self, *, reset: bool) -> str:
        """Up to the closing parenthesis or the end; what `(?i)` opened is closed here."""
        written: list[str] = []
        opened: list[str] = []
        first = highest = self._number
        while self._at < len(self._pattern) and self._pattern[self._at] != ")":
            if self._pattern[self._at] == "|":
                self._at += 1
                written += [")" * len(opened), "|", *opened]
                if reset:
                    highest = max(highest, self._number)
                    self._number = first
                continue
            flags = _FLAGS.match(self._pattern, self._at)
            if flags and flags[3] == ")":
                # Holds up to the end of the group, later alternatives included.
                self._at = flags.end()
                opened.append(f"(?{flags[1]}{flags[2] or ''}:")
                written.append(opened[-1])
                continue
            written.append(self._item())
        self._number = max(highest, self._number)
        return "".join(written) + ")" * len(opened)

    def _item(self) -> str:
        pattern, at = self._pattern, self._at
        sign = pattern[at]
        if sign == "\\":
            return self._escape()
        if sign == "[":
            return self._class()
        if sign == "(":
            return self._group()
        self._at += 1
        if sign == "{" and not _QUANTIFIER.match(pattern, at):
            return r"\{"
        return sign

    def _group(self) -> str:
        rest = self._pattern[self._at : self._at + 4]
        if rest.startswith("(?#"):
            self._at = self._pattern.find(")", self._at) + 1
            return ""
        if rest.startswith("(?|"):
            return self._enclosed("(?:", 3, reset=True)
        for opening in ("(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"):
            if rest.startswith(opening):
                return self._enclosed(opening, len(opening))
        flags = _FLAGS.match(self._pattern, self._at)
        if flags:
            return self._enclosed(flags[0], len(flags[0]))
        name = _GROUP_NAME.match(self._pattern, self._at)
        if not name and rest.startswith(("(?", "(*")):
            raise PatternError(f"not supported: {rest}")
        self._count += 1
        self._number += 1
        self.groups.setdefault(self._number, []).append(self._count)
        return self._enclosed("(", len(name[0]) if name else 1)

    def _enclosed(self, opening: str, length: int, *, reset: bool = False) -> str:
        self._at += length
        inner = self._alternatives(reset=reset)
        if self._at >= len(self._pattern):
            raise PatternError("missing )")
        self._at += 1
        return f"{opening}{inner})"

    def _escape(self) -> str:
        sign = self._pattern[self._at + 1 : self._at + 2]
        if not sign:
            raise PatternError("\\ at end of pattern")
        if sign == "Q":
            return self._literal()
        if sign == "x":
            return self._hexadecimal()
        self._at += 2
        if sign.isdigit():
            return self._number_or_octal(sign)
        if sign in _ESCAPES:
            return _ESCAPES[sign]
        if sign in _SHARED:
            return "\\" + sign
        if sign in _REFUSED:
            raise PatternError(f"not supported: \\{sign}")
        return re.escape(sign)

    def _literal(self) -> str:
        end = self._pattern.find("\\E", self._at)
        text = self._pattern[self._at + 2 : end if end >= 0 else None]
        self._at = end + 2 if end >= 0 else len(self._pattern)
        return re.escape(text)

    def _hexadecimal(self) -> str:
        match = _HEX.match(self._pattern, self._at)
        assert match is not None
        self._at = match.end()
        code = int(match[1] or match[2] or "0", 16)
        if code > 0xFF:
            raise PatternError("character value in \\x{...} sequence is too large")
        return f"\\x{code:02x}"

    def _number_or_octal(self, sign: str) -> str:
        digits = re.compile("[0-9]*").match(self._pattern, self._at - 1)
        assert digits is not None
        number = int(digits[0])
        if sign == "0" or (number > 9 and number not in self.groups):
            octal = re.compile("[0-7]{1,3}").match(self._pattern, self._at - 1)
            if octal is None:
                return re.escape(sign)
            self._at = octal.end()
            return f"\\x{int(octal[0], 8) & 0xFF:02x}"
        self._at = digits.end()
        ours = self.groups.get(number)
        if not ours or len(ours) > 1:
            raise PatternError(f"not supported: \\{number}")
        return f"(?:\\{ours[0]})"

    def _class(self) -> str:
        self._at += 1
        written = ["["]
        if self._pattern[self._at : self._at + 1] == "^":
            written.append("^")
            self._at += 1
        first = True
        while first or self._pattern[self._at : self._at + 1] != "]":
            if self._at >= len(self._pattern):
                raise PatternError("missing terminating ] for character class")
            written.append(self._in_class())
            first = False
        self._at += 1
        return "".join([*written, "]"])

    def _in_class(self) -> str:
        sign = self._pattern[self._at]
        posix = _POSIX_CLASS.match(self._pattern, self._at)
        if posix:
            if posix[2] not in _POSIX or posix[1]:
                raise PatternError(f"not supported: {posix[0]}")
            self._at = posix.end()
            return _POSIX[posix[2]]
        if sign != "\\":
            self._at += 1
            return "\\" + sign if sign in "[]&~|" else sign
        escaped = self._pattern[self._at + 1 : self._at + 2]
        if escaped == "x":
            return self._hexadecimal()
        self._at += 2
        if escaped.isdigit():
            octal = re.compile("[0-7]{1,3}").match(self._pattern, self._at - 1)
            self._at = octal.end() if octal else self._at
            return f"\\x{int(octal[0], 8) & 0xFF:02x}" if octal else escaped
        if escaped in _IN_CLASS:
            return _IN_CLASS[escaped]
        return "\\" + escaped if escaped in "dDsSwWnrtfa" else re.escape(escaped)


_GROUP_NAME = re.compile(r"\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')")
_POSIX_CLASS = re.compile(r"\[:(\^?)([a-z]+):\]")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{0,2}))")
