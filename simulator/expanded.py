"""The whole configuration as one text, and what FreeSWITCH's parser says of it.

`reloadxml` reads everything or nothing: one broken file anywhere, and the old tree stays. The words and
the line numbers are those of `switch_xml_parse_str` in src/switch_xml.c, which counts in the
preprocessed text (`freeswitch.xml.fsxml` in the log folder).
"""

import re
from pathlib import Path
from xml.parsers import expat

from .configuration import ROOT, Configuration
from .markup import MarkupError, Source, parse
from .preprocess import Preprocessor

MISSING = "Cannot Open log directory or XML Root!"
_INCLUDE = re.compile(rb"<\?include (\d+)\?>")
_SPACE = b"\t\r\n "


class BrokenError(Exception):
    """The configuration cannot be read; the text is what stands in the switch's brackets."""


def load(conf: Path, variables: dict[str, str]) -> tuple[Configuration, bytes]:
    """Reads all files of the folder now, so that a later change needs another reload.

    The configuration, and the text that it was made of. Raises BrokenError.
    """
    conf = conf.resolve()
    preprocessor = Preprocessor(conf, {"conf_dir": str(conf), **variables})
    try:
        source = preprocessor.read(conf / ROOT)
    except OSError:
        raise BrokenError(MISSING) from None
    text = expand(preprocessor, source)
    if not text.strip():
        raise BrokenError(MISSING)
    if (fault := find_fault(text)) is not None:
        raise BrokenError(fault)
    try:
        elements = parse(source)
    except MarkupError as error:
        raise BrokenError(f"[error near line {error.line}]: {error.reason}") from None
    return Configuration(conf, elements[0], preprocessor), text


def expand(preprocessor: Preprocessor, source: Source) -> bytes:
    """A file with all that it includes; dropped lines leave nothing behind."""
    written = []
    lines = source.data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if number in source.dropped and not line:
            continue
        end = b"\n" if number < len(lines) else b""
        if (mark := _INCLUDE.search(line)) is None:
            written.append(line + end)
            continue
        written.append(line[: mark.start()])
        include = source.includes[int(mark[1])]
        written += [expand(preprocessor, each) for each in preprocessor.open(include)]
        if rest := line[: mark.start()].strip() + line[mark.end() :].strip():
            written.append(rest + end)
    return b"".join(written)


def find_fault(text: bytes) -> str | None:
    """What the switch finds wrong, None for a text that it reads."""
    try:
        expat.ParserCreate("utf-8").Parse(text, True)
    except expat.ExpatError:
        return _Scan(text).run()
    return None


class _Scan:
    """The switch's parser, as far as it can fail."""

    def __init__(self, text: bytes) -> None:
        # The parser ends its text where the last byte was, and keeps that byte aside.
        self._last, self._text = text[-1:], text[:-1] + b"\0"
        self._at = 0
        self._open: list[bytes] = []
        self._begun = False

    def run(self) -> str | None:
        text = self._text
        first = text.find(b"<")
        if first < 0:
            return self._error(0, "root tag missing")
        self._at = first
        while True:
            self._at += 1
            begin = self._at
            if (fault := self._markup(begin)) is not None:
                return fault
            if self._char() == b"\0":
                break
            self._at += 1
            begin = self._at
            following = text.find(b"<", begin)
            if following < 0:
                break
            self._at = following
        if self._open:
            return self._error(begin, f"unclosed tag <{_word(self._open[-1])}>")
        return None if self._begun else self._error(begin, "root tag missing")

    def _error(self, at: int, what: str) -> str:
        return f"[error near line {self._text.count(bytes([10]), 0, at) + 1}]: {what}"

    def _char(self) -> bytes:
        return self._text[self._at : self._at + 1] or b"\0"

    def _skip(self, stops: bytes) -> bytes:
        """Goes on to one of these, or the end; what was passed."""
        begin = self._at
        while self._char() != b"\0" and self._char() not in (bytes([b]) for b in stops):
            self._at += 1
        return self._text[begin : self._at]

    def _markup(self, begin: int) -> str | None:
        char, text = self._char(), self._text
        if char.isalpha() or char in (b"_", b":") or char >= b"\x80":
            return self._tag(begin)
        if char == b"/":
            return self._close(begin)
        if text.startswith(b"!--", begin):
            return self._until(begin, b"-->", begin + 3, "unclosed <!--")
        if text.startswith(b"![CDATA[", begin):
            return self._until(begin, b"]]>", begin, "unclosed <![CDATA[")
        if text.startswith(b"!DOCTYPE", begin):
            return self._until(begin, b">", begin, "unclosed <!DOCTYPE")
        if char == b"?":
            return self._until(begin, b"?>", begin + 1, "unclosed <?")
        return self._error(begin, "unexpected <")

    def _until(self, begin: int, end: bytes, start: int, otherwise: str) -> str | None:
        found = (self._text[:-1] + self._last).find(end, start)
        if found < 0:
            return self._error(begin, otherwise)
        self._at = found + len(end) - 1
        return None

    def _tag(self, begin: int) -> str | None:
        if self._begun and not self._open:
            return self._error(begin, "markup outside of root element")
        name = self._skip(_SPACE + b"/>")
        self._blank()
        while self._char() not in (b"\0", b"/", b">"):
            if (fault := self._attribute(begin)) is not None:
                return fault
        self._begun = True
        if self._char() == b"/":
            self._at += 1
            closed = self._char() == b">" or (self._char() == b"\0" and self._last == b">")
            return None if closed else self._error(begin, "missing >")
        if self._char() == b">" or self._last == b">":
            self._open.append(name)
            return None
        return self._error(begin, "missing >")

    def _attribute(self, begin: int) -> str | None:
        self._skip(_SPACE + b"=/>")
        if self._char() == b"=" or self._char() in (b"\t", b"\r", b"\n", b" "):
            self._blank(b"=")
            quote = self._char()
            if quote in (b'"', b"'"):
                self._at += 1
                self._skip(quote)
                if self._char() == b"\0":
                    return self._error(begin, f"missing {quote.decode()}")
                self._at += 1
        self._blank()
        return None

    def _blank(self, also: bytes = b"") -> None:
        while self._char() in (bytes([b]) for b in _SPACE + b"\v\f" + also):
            self._at += 1

    def _close(self, begin: int) -> str | None:
        self._at += 1
        name = self._skip(_SPACE + b">")
        if self._char() == b"\0" and self._last != b">":
            return self._error(begin, "missing >")
        if not self._open or name != self._open[-1]:
            return self._error(self._at, f"unexpected closing tag </{_word(name)}>")
        self._open.pop()
        self._blank()
        return None


def _word(name: bytes) -> str:
    return name.decode("utf-8", "replace")
