"""SIP messages as a test reads and writes them: headers in order, nothing hidden (RFC 3261)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

Header = tuple[str, str]
Address = tuple[str, int]

COMPACT = {
    "v": "Via",
    "f": "From",
    "t": "To",
    "m": "Contact",
    "i": "Call-ID",
    "l": "Content-Length",
    "c": "Content-Type",
    "e": "Content-Encoding",
    "s": "Subject",
    "k": "Supported",
    "o": "Event",
    "r": "Refer-To",
    "b": "Referred-By",
    "x": "Session-Expires",
}

REASONS = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}


class SipError(Exception):
    """A message that is no SIP, or an exchange that went wrong."""


def in_uri(host: str) -> str:
    """An address as it stands in a URI: brackets around one of IPv6."""
    return f"[{host}]" if ":" in host else host


def token(size: int = 8) -> str:
    """A random word for tags, branches and Call-IDs."""
    return secrets.token_hex(size)


@dataclass(frozen=True)
class Uri:
    """A sip or sips URI: `sip:user@host:port;name=value`. Parameters keep their order."""

    scheme: str
    user: str
    host: str
    port: int = 0
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Uri:
        scheme, colon, rest = text.strip().partition(":")
        if not colon:
            raise SipError(f"not a URI: {text!r}")
        rest = rest.partition("?")[0]
        # A user part may itself hold ";" (RFC 3261, 25.1): parameters start after the host.
        user, at, hostpart = rest.rpartition("@")
        if not at:
            hostpart = rest
        host_port, *raw = hostpart.split(";")
        match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d+))?", host_port)
        if match is None:
            raise SipError(f"not a host and port: {host_port!r}")
        return cls(
            scheme.lower(),
            unquote(user.partition(":")[0]),
            match[1],
            int(match[2] or 0),
            tuple(_split_param(part) for part in raw),
        )

    def param(self, name: str) -> str | None:
        """The value of a parameter ("" for one without value), None where it is missing."""
        return dict(self.params).get(name)

    def __str__(self) -> str:
        at = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        params = "".join(f";{k}={v}" if v else f";{k}" for k, v in self.params)
        return f"{self.scheme}:{at}{self.host}{port}{params}"


@dataclass(frozen=True)
class NameAddr:
    """A From, To, Contact, P-Asserted-Identity or Remote-Party-ID value."""

    name: str
    uri: Uri
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> NameAddr:
        text = text.strip()
        name, rest = "", text
        if text.startswith('"'):
            match = re.match(r'"((?:\\.|[^"\\])*)"\s*', text, re.DOTALL)
            if match is None:
                raise SipError(f"quote without end: {text!r}")
            name, rest = re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), text[match.end() :]
        elif "<" in text:
            name, rest = text[: text.index("<")].strip(), text[text.index("<") :]
        if rest.startswith("<"):
            uri, closed, tail = rest[1:].partition(">")
            if not closed:
                raise SipError(f"< without >: {text!r}")
        else:
            # Without brackets, parameters belong to the header (RFC 3261, 20.10).
            uri, _, tail = rest.partition(";")
        params = tuple(_split_param(part) for part in tail.strip(" ;").split(";") if part.strip())
        return cls(name, Uri.parse(uri), params)

    def param(self, name: str) -> str | None:
        """The value of a header parameter, as `tag`."""
        return dict(self.params).get(name)


def _split_param(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    return name.strip(), value.strip()


def name_addr(uri: str, name: str = "") -> str:
    """A header value: the name quoted and escaped, UTF-8 as it is."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{uri}>' if name else f"<{uri}>"


@dataclass
class Message:
    """One request or response. Undecodable bytes survive as surrogates."""

    start: str
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Message:
        head, _, body = data.partition(b"\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "surrogateescape")).split("\r\n")
        headers: list[Header] = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon:
                raise SipError(f"header without colon: {line!r}")
            name = name.strip()
            headers.append((COMPACT.get(name.lower(), name), value.strip()))
        message = cls(lines[0], headers, body)
        if not re.fullmatch(r"SIP/2\.0 \d{3}( .*)?|[A-Z]+ \S+ SIP/2\.0", message.start):
            raise SipError(f"no SIP start line: {message.start!r}")
        return message

    @classmethod
    def request(
        cls, method: str, uri: str, headers: Iterable[Header], body: bytes = b""
    ) -> Message:
        return cls(f"{method} {uri} SIP/2.0", list(headers), body)

    def response(self, status: int, reason: str = "", tag: str = "") -> Message:
        """An answer to this request with the headers that it must copy (RFC 3261, 8.2.6)."""
        copied = [
            (k, v) for k, v in self.headers if k.lower() in ("via", "from", "call-id", "cseq")
        ]
        to = self.get("To")
        if tag and self.addr("To").param("tag") is None:
            to += f";tag={tag}"
        copied.insert(len(self.all("Via")) + 1, ("To", to))
        return Message(f"SIP/2.0 {status} {reason or REASONS.get(status, 'Refused')}", copied)

    def encode(self) -> bytes:
        """The bytes for the wire; Content-Length is always ours."""
        lines = [self.start]
        lines += [f"{k}: {v}" for k, v in self.headers if k.lower() != "content-length"]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """The method; of a response, that of the request which it answers."""
        return self.start.split(" ")[0] if self.is_request else self.get("CSeq").split()[-1]

    @property
    def uri(self) -> Uri:
        """The Request-URI."""
        if not self.is_request:
            raise SipError("a response has no Request-URI")
        return Uri.parse(self.start.split(" ")[1])

    @property
    def status(self) -> int:
        """The status code, 0 for a request."""
        return 0 if self.is_request else int(self.start.split(" ")[1])

    @property
    def reason(self) -> str:
        return "" if self.is_request else self.start.partition(" ")[2].partition(" ")[2]

    @property
    def cseq(self) -> int:
        return int(self.get("CSeq").split()[0])

    @property
    def branch(self) -> str:
        match = re.search(r";\s*branch=([^;,\s]+)", self.get("Via"))
        return match[1] if match else ""

    def get(self, name: str, default: str = "") -> str:
        """The first header of that name."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), default)

    def all(self, name: str) -> list[str]:
        """Every header of that name, in order."""
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def has(self, name: str) -> bool:
        return bool(self.all(name))

    def addr(self, name: str) -> NameAddr:
        """A header read as a name and address."""
        value = self.get(name)
        if not value:
            raise SipError(f"no {name} in {self.start!r}")
        return NameAddr.parse(value)

    def with_header(self, name: str, value: str) -> Message:
        return Message(self.start, [*self.headers, (name, value)], self.body)


class Framer:
    """Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261, 18.3)."""

    def __init__(self) -> None:
        self._data = b""

    def feed(self, data: bytes) -> list[Message]:
        self._data += data
        found: list[Message] = []
        while True:
            # Keep-alives (RFC 5626, 3.5.1) are bare line ends between messages.
            self._data = self._data.lstrip(b"\r\n")
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return found
            message = Message.parse(head + end)
            length = int(message.get("Content-Length", "0"))
            if len(rest) < length:
                return found
            message.body, self._data = rest[:length], rest[length:]
            found.append(message)
