"""The last look at a file: whether FreeSWITCH reads of it what we meant."""

import re
from xml.parsers import expat

_OWN_LINES = frozenset(
    (b"<include>", b"</include>", b'<?xml version="1.0" encoding="UTF-8"?>')
)
# switch_xml.c, preprocess(): it works on lines and by plain text, without regard to XML.
_DROPPED = re.compile(rb"</?include>|<\?")
_DIRECTIVE = re.compile(rb"x-pre-process", re.IGNORECASE)
_OWN_DIRECTIVE = re.compile(
    rb'\s*<X-PRE-PROCESS cmd="(?:set|include)" data="[^"<>\x00-\x1f]*"/>\s*'
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


class BadFile(ValueError):
    """A file that the switch would refuse, or would read otherwise than an XML parser does."""


def check(content: bytes) -> None:
    """Raise BadFile unless `content` is well-formed and holds no trap of the preprocessor.

    The preprocessor drops a line with `<include>` or `<?` whole, and all but the directive of a
    line with `x-pre-process`; `<!--#` runs programs.
    """
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError as error:
        raise BadFile(f"not well-formed: {error}") from None
    if found := _CONTROL.search(content):
        raise BadFile(f"a control character at byte {found.start()}")
    if b"<!--#" in content:
        raise BadFile("a comment that the preprocessor would obey")
    # Few lines are suspicious; the others are not even split.
    for pattern in (_DROPPED, _DIRECTIVE):
        for found in pattern.finditer(content):
            start = content.rfind(b"\n", 0, found.start()) + 1
            end = content.find(b"\n", found.end())
            line = content[start : end if end >= 0 else len(content)]
            if line not in _OWN_LINES and not _OWN_DIRECTIVE.fullmatch(line):
                raise BadFile(f"the preprocessor would eat this line: {line[:80]!r}")
