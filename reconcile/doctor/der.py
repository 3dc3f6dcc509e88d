"""As much of X.509 as tells when a certificate ends (RFC 5280, 4.1). The standard library has no more."""

import ssl
from datetime import UTC, datetime

_SEQUENCE, _CONTEXT_0, _UTC_TIME, _TIME = 0x30, 0xA0, 0x17, 0x18
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def not_after(pem: str) -> float:
    """When the first certificate of a PEM text ends, in seconds since the epoch. Raises ValueError."""
    start, end = pem.find(_BEGIN), pem.find(_END)
    if start < 0 or end < start:
        raise ValueError("no certificate")
    der = ssl.PEM_cert_to_DER_cert(pem[start : end + len(_END)])
    certificate, _ = _inside(der, _SEQUENCE)
    body, _ = _inside(certificate, _SEQUENCE)
    if body[:1] == bytes([_CONTEXT_0]):
        body = _skip(body)  # version
    for _ in range(3):
        body = _skip(body)  # serial number, algorithm, issuer
    validity, _ = _inside(body, _SEQUENCE)
    rest = _skip(validity)  # notBefore
    tag, value, _ = _read(rest)
    return _moment(tag, value.decode("ascii"))


def _read(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag, content, and what follows."""
    if len(data) < 2:
        raise ValueError("cut off")
    length, at = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        length, at = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    if at + length > len(data):
        raise ValueError("cut off")
    return data[0], data[at : at + length], data[at + length :]


def _inside(data: bytes, tag: int) -> tuple[bytes, bytes]:
    found, content, rest = _read(data)
    if found != tag:
        raise ValueError("no certificate")
    return content, rest


def _skip(data: bytes) -> bytes:
    return _read(data)[2]


def _moment(tag: int, text: str) -> float:
    """`YYMMDDHHMMSSZ`, from 1950 on, or `YYYYMMDDHHMMSSZ`."""
    if tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif tag != _TIME:
        raise ValueError("no time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
