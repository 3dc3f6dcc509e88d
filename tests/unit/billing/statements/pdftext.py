"""Reads the text of a PDF that reportlab wrote: enough of PDF (ISO 32000) for that, no more."""

import base64
import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.S)
_STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)\s*Tj|/(F\d+(?:\+\d+)?) [\d.]+ Tf", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)


def text_of(pdf: bytes) -> str:
    """All that is written on its pages, a line each time something is shown."""
    objects = {int(n): body for n, body in _OBJECT.findall(pdf)}
    fonts = {}
    for body in objects.values():
        name = re.search(rb"/Name /(F\d+(?:\+\d+)?)", body)
        if name and b"/Type /Font" in body:
            fonts[name[1]] = _letters(body, objects)
    shown = []
    for body in objects.values():
        if b"/Type /Page\n" in body or re.search(rb"/Type /Page\b(?!s)", body):
            content = re.search(rb"/Contents (\d+) 0 R", body)
            assert content
            shown.append(_page(_stream(objects[int(content[1])]), fonts))
    return "\n".join(shown)


def _page(content: bytes, fonts: dict[bytes, dict[int, str] | None]) -> str:
    font: dict[int, str] | None = None
    out = []
    for said, name in _STRING.findall(content):
        if name:
            font = fonts.get(name)
            wide = name in fonts and font is None
        else:
            raw = _ESCAPE.sub(_unescaped, said)
            out.append(raw.decode("utf-16-be", "replace") if wide else
                       "".join((font or {}).get(byte, chr(byte)) for byte in raw))  # fmt: skip
    return "\n".join(out)


def _letters(body: bytes, objects: dict[int, bytes]) -> dict[int, str] | None:
    """Byte → letter by the font's ToUnicode; None for a font whose strings are UCS-2."""
    if b"-UCS2-" in body:
        return None
    found = re.search(rb"/ToUnicode (\d+) 0 R", body)
    letters: dict[int, str] = {}
    if found:
        cmap = _stream(objects[int(found[1])])
        for low, high, first in re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", cmap):
            for i in range(int(high, 16) - int(low, 16) + 1):
                letters[int(low, 16) + i] = chr(int(first, 16) + i)
        for low, _, listed in re.findall(rb"<(\w+)> <(\w+)>\s*\[([^\]]*)\]", cmap):
            for i, code in enumerate(re.findall(rb"<(\w+)>", listed)):
                raw = bytes.fromhex(code.decode())
                letters[int(low, 16) + i] = raw.decode("utf-16-be", "replace")
        for code, letter in re.findall(rb"^<(\w+)> <(\w+)>$", cmap, re.M):
            letters[int(code, 16)] = bytes.fromhex(letter.decode()).decode("utf-16-be", "replace")
    return letters


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*?)\r?\n?endstream", body, re.S)
    assert found
    data = found[1]
    if b"ASCII85Decode" in body:
        data = base64.a85decode(data.strip().removesuffix(b"~>"))
    return zlib.decompress(data) if b"FlateDecode" in body else data


def _unescaped(found: re.Match[bytes]) -> bytes:
    one = found[1]
    if one[:1] in b"01234567":
        return bytes([int(one, 8) & 255])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(one, one)
