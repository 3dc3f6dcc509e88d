"""The last look at a file: whether FreeSWITCH reads of it what we meant."""

import re
from xml.parsers import expat

_OWN_LINES = frozenset((b"<include>", b"</include>", b'<?xml version="1.0" encoding="UTF-8"?>'))
# switch_xml.c, preprocess(): it works on lines and by plain text, without regard to XML.
_TRAPS = (b"<include>", b"</include>", b"<?", b"x-pre-process")
_OWN_DIRECTIVE = re.compile(
    rb'\s*<X-PRE-PROCESS cmd="(?:set|include)" data="[^"<>\x00-\x1f]*"/>\s*'
)
_CONTROL = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n")


class BadFileError(ValueError):
    """A file that the switch would refuse, or would read otherwise than an XML parser does."""


def check(content: bytes) -> None:
    """Raise BadFileError unless `content` is well-formed and holds no trap of the preprocessor.

    The preprocessor drops a line with `<include>` or `<?` whole, and all but the directive of a
    line with `x-pre-process`; `<!--#` runs programs.
    """
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError as error:
        raise BadFileError(f"not well-formed: {error}") from None
    if len(content.translate(None, _CONTROL)) != len(content):
        raise BadFileError("a control character")
    if b"<!--#" in content:
        raise BadFileError("a comment that the preprocessor would obey")
    # Plain searches for a few words: nothing is split, and no pattern walks over every byte.
    lowered = content.lower()
    for trap in _TRAPS:
        at = lowered.find(trap)
        while at >= 0:
            start = content.rfind(b"\n", 0, at) + 1
            end = content.find(b"\n", at)
            line = content[start : end if end >= 0 else len(content)]
            if line not in _OWN_LINES and not _OWN_DIRECTIVE.fullmatch(line):
                raise BadFileError(f"the preprocessor would eat this line: {line[:80]!r}")
            at = lowered.find(trap, at + 1)
