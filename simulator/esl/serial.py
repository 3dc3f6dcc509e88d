"""An event as bytes: plain, JSON or XML, as FreeSWITCH's `switch_event.c` writes them."""

import json
from collections.abc import Callable, Iterable

from dialform.values import dataclass

_UNSAFE = frozenset('\r\n #%&+:;<=>?@[\\]^`{|}"')
_HEX = "0123456789ABCDEF"


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event with all of its headers, in order; a name may occur twice."""

    headers: tuple[tuple[str, str], ...]
    body: str | None = None

    def get(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def encode(text: str) -> str:
    """URL-encodes a header's value; a `%` before two upper-case hex digits stays as it is.

    That last is the switch's own way (`switch_url_encode_opt`), so decoding does not always give
    the text back.
    """
    data = text.encode("utf-8", "surrogateescape")
    out = []
    for place, byte in enumerate(data):
        char = chr(byte)
        if char == "%" and _escaped(data, place):
            out.append(char)
        elif byte < 0x20 or byte > 0x7E or char in _UNSAFE:
            out.append(f"%{byte:02X}")
        else:
            out.append(char)
    return "".join(out)


def _escaped(data: bytes, place: int) -> bool:
    pair = data[place + 1 : place + 3]
    return len(pair) == 2 and all(chr(byte) in _HEX for byte in pair)


def plain(event: Stamped) -> str:
    """Headers a line each, an empty line, the body."""
    lines = "".join(f"{name}: {encode(value) or '_undef_'}\n" for name, value in event.headers)
    if not event.body:
        return lines + "\n"
    return f"{lines}Content-Length: {_size(event.body)}\n\n{event.body}"


def as_json(event: Stamped) -> str:
    """One object without spaces; the body is `_body`. Not escaped: what is not ASCII stays."""
    pairs = list(event.headers)
    if event.body is not None:
        pairs += [("Content-Length", str(_size(event.body))), ("_body", event.body)]
    parts = (f"{_quote(name)}:{_quote(value)}" for name, value in pairs)
    return "{" + ",".join(parts) + "}"


def xml(event: Stamped) -> str:
    """An `event` element with a `headers` element; values are URL-encoded."""
    lines = ["<event>\n", "  <headers>\n"]
    lines += [f"    <{name}>{_escape(encode(value))}</{name}>\n" for name, value in event.headers]
    lines.append("  </headers>\n")
    if event.body:
        lines.append(f"  <Content-Length>{_size(event.body)}</Content-Length>\n")
        lines.append(f"  <body>{_escape(event.body)}</body>\n")
    return "".join([*lines, "</event>"])


FORMATS: dict[str, Callable[[Stamped], str]] = {"plain": plain, "json": as_json, "xml": xml}


def frame(event: Stamped, form: str) -> bytes:
    """The event with the two headers before it: the length first, then the type."""
    body = FORMATS[form](event).encode("utf-8", "surrogateescape")
    return b"Content-Length: %d\nContent-Type: text/event-%s\n\n%s" % (
        len(body),
        form.encode(),
        body,
    )


def answer(kind: str, headers: Iterable[tuple[str, str]] = (), body: str = "") -> bytes:
    """A message that is no event: `command/reply`, `api/response`, `auth/request`, …"""
    data = body.encode("utf-8", "surrogateescape")
    lines = [("Content-Type", kind), *headers]
    if data:
        lines.append(("Content-Length", str(len(data))))
    head = "".join(f"{name}: {value}\n" for name, value in lines)
    return f"{head}\n".encode("utf-8", "surrogateescape") + data


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _quote(text: str) -> str:
    """A JSON string as cJSON prints it: UTF-8 as it is, control characters escaped."""
    return json.dumps(text, ensure_ascii=False)


def _escape(text: str) -> str:
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(char, entity)
    return text
