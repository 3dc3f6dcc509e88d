"""The line at the top of a page as spandsp can draw it, and any text as a dial string takes it.

Spandsp draws the header with a font of 256 glyphs, those of code page 437 (faxfont.h), and takes 50
bytes; a longer text it drops whole (t30_api.c, t30_set_tx_page_header_info). The page number, from
the place of the page in the file, it writes itself, and the date, in the time zone that it is told
(t4_tx.c, make_header).

The switch decodes `%41` in `fax_header`, `fax_ident` and `fax_timezone` (mod_spandsp_fax.c,
pvt_init), and in nothing else of a dial string. So every byte but letters and digits goes there as
`%` and two digits: whatever people wrote, no sign of it means anything to a dial string, to the
expansion of variables, or to a shell.
"""

import re
import unicodedata

LONGEST = 50
"""Bytes of a header."""

_BASE = re.compile(r"LATIN (?P<case>SMALL|CAPITAL) LETTER (?P<letter>[A-Z]{1,2})(?: WITH .+)?")
_PLAIN = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{HYPHEN}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EURO SIGN}": "EUR",
    "\N{COPYRIGHT SIGN}": "(c)",
    "\N{REGISTERED SIGN}": "(R)",
}


def drawn(text: str) -> bytes:
    """A header as spandsp draws it: what its font lacks becomes what is nearest, or `?`."""
    composed = unicodedata.normalize("NFC", text)
    found = b"".join(_glyphs(one) for one in composed)
    return b" ".join(found.split())[:LONGEST].rstrip()


def encoded(text: bytes | str) -> str:
    """Any text, for one of the three variables. Only letters, digits and `%` are in it."""
    raw = text.encode() if isinstance(text, str) else text
    return "".join(chr(one) if chr(one).isalnum() and one < 128 else f"%{one:02X}" for one in raw)


def _glyphs(sign: str) -> bytes:
    if unicodedata.category(sign).startswith(("C", "Z")):
        return b" "
    try:
        return sign.encode("cp437")
    except UnicodeEncodeError:
        return _nearest(sign).encode("cp437", "replace")


def _nearest(sign: str) -> str:
    if plain := _PLAIN.get(sign):
        return plain
    if unicodedata.combining(sign):
        return ""
    if found := _BASE.fullmatch(unicodedata.name(sign, "")):
        letter = found["letter"]
        return letter if found["case"] == "CAPITAL" else letter.lower()
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"
