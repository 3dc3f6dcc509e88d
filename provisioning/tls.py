"""TLS: 1.2 at least, a certificate that is read anew when it is renewed, and phones' own certificates.

Where vendors' authorities are configured, a client is asked for a certificate. It counts for the vendor whose
authority signed it, and for the MAC that it names.
"""

import hashlib
import re
import ssl
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialform.provisioning.errors import ListenError
from dialform.provisioning.settings import Settings

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME (OpenSSL, x509_vfy.h)."""

_REMEMBERED = 8192
_MAC = re.compile(r"(?<![0-9a-f])[0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5}(?![0-9a-f])")

Certificate = tuple[str, str]
"""Vendor and MAC."""

Stamp = tuple[tuple[str, int, int, int], ...]


class Tls:
    """The certificates of a service.

    `asking` asks a client for its certificate; `silent` does not, for those whose certificate is none of
    the configured vendors': with `asking` their handshake cannot be completed at all.
    """

    def __init__(
        self, settings: Callable[[], Settings], tell: Callable[[str], None] = lambda _: None
    ) -> None:
        """Reads them. Raises ListenError."""
        self._settings, self._tell = settings, tell
        self._stamp = _stamp(settings())
        self._told: Stamp | None = None
        self._anchors: Mapping[bytes, str] = {}
        self._seen: OrderedDict[bytes, Certificate] = OrderedDict()
        self.silent, self.asking = self._load()

    def refresh(self) -> bool:
        """Read them anew where they changed; whether that was so. Broken ones are told once, and those before
        stay. Never raises.
        """
        try:
            stamp = _stamp(self._settings())
            if stamp in (self._stamp, self._told):
                return False
            self.silent, self.asking = self._load()
        except ListenError as error:
            self._told = stamp
            self._tell(f"{error}; the certificate before goes on being used")
            return False
        self._stamp, self._told = stamp, None
        return True

    def _load(self) -> tuple[ssl.SSLContext, ssl.SSLContext | None]:
        settings = self._settings()
        silent = _context(settings)
        if not settings.authorities:
            self._anchors = {}
            return silent, None
        asking, anchors = _context(settings), {}
        asking.verify_mode = ssl.CERT_OPTIONAL
        # A vendor may give the authority of a model and not the root; phones outlive their certificates.
        asking.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME | 0x80000)
        for vendor, path in settings.authorities.items():
            for der in _authorities(vendor, path):
                anchors[hashlib.sha256(der).digest()] = vendor
                asking.load_verify_locations(cadata=der)
        self._anchors = anchors
        self._seen.clear()
        return silent, asking

    def certificate(self, connection: ssl.SSLObject) -> Certificate | None:
        """Whose certificate a client has; None for none, or for one without a MAC."""
        leaf = connection.getpeercert(binary_form=True)
        if not leaf:
            return None
        key = hashlib.sha256(leaf).digest()
        chain = _chain(connection)
        if not chain:
            # A session that goes on brings no chain; what it was is remembered from when it began.
            return self._seen.get(key)
        vendor = self._anchors.get(hashlib.sha256(chain[-1]).digest())
        mac = mac_of(connection.getpeercert() or {})
        if vendor is None or not mac:
            return None
        self._seen[key] = found = (vendor, mac)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return found


def mac_of(certificate: Mapping[str, Any]) -> str:
    """The MAC in a certificate's subject (common name, else serial number): exactly one, or none."""
    for wanted in ("commonName", "serialNumber"):
        texts = [
            str(value)
            for part in certificate.get("subject", ())
            for name, value in part
            if name == wanted
        ]
        found = {
            re.sub(r"[:-]", "", match[0]) for text in texts for match in _MAC.finditer(text.lower())
        }
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _chain(connection: ssl.SSLObject) -> list[bytes]:
    """The chain that was checked, the authority last. Public since Python 3.13."""
    ask: Any = getattr(connection, "get_verified_chain", None)
    if ask is None:
        ask = getattr(getattr(connection, "_sslobj", None), "get_verified_chain", None)
    if ask is None:
        return []
    found: list[bytes] = []
    for one in ask() or ():
        found.append(one if isinstance(one, bytes) else one.public_bytes(_DER))
    return found


_DER = 2
"""_ssl.ENCODING_DER"""


def _context(settings: Settings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols(["http/1.1"])
    certificate, key = settings.certificate, settings.key
    assert certificate is not None
    try:
        # An empty password, so that a key that wants one does not ask on a terminal.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ListenError(
            f"certificate {certificate} with key {key or certificate} cannot be used ({_why(error)}): "
            "both are PEM, without a password, and readable by the service's user"
        ) from None
    return context


def _authorities(vendor: str, path: Path) -> list[bytes]:
    try:
        blocks = re.findall(
            r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----",
            path.read_text("latin-1"),
            re.S,
        )
        found = [ssl.PEM_cert_to_DER_cert(block) for block in blocks]
        for der in found:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=der)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ListenError(f"{path}, device_certificates of {vendor}: {_why(error)}") from None
    if not found:
        raise ListenError(
            f"{path}, device_certificates of {vendor}: there is no certificate in it (PEM)"
        )
    return found


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is damaged").replace("_", " ").lower()
    return (error.strerror if isinstance(error, OSError) else None) or "it is damaged"


def _stamp(settings: Settings) -> Stamp:
    paths = [settings.certificate, settings.key, *settings.authorities.values()]
    return tuple(_one(path) for path in paths if path is not None)


def _one(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns
