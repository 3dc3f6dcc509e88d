"""A visit to an address of our own, as a phone would make it: who answers, and with which certificate."""

import http.client
import ssl
from urllib.parse import urlsplit

from dialform.reconcile.doctor.der import not_after
from dialform.values import dataclass

PATIENCE = 5.0
"""Seconds for each step."""


@dataclass(frozen=True, slots=True)
class Visit:
    """`status` is None where nobody answered: `trouble` says why, `refused` that nobody listens there.

    `asks` is who asks for a login (`WWW-Authenticate`). `ends` is when the certificate ends, in seconds since
    the epoch; `untrusted` why this machine does not trust it.
    """

    status: int | None = None
    asks: str = ""
    ends: float | None = None
    untrusted: str = ""
    trouble: str = ""
    refused: bool = False


def visit(url: str) -> Visit:
    """Asks for an address once; what was wrong is in the answer. Blocks for some seconds at most."""
    if not url.startswith("https:"):
        return _ask(url, None, "")
    try:
        return _ask(url, ssl.create_default_context(), "")
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message or "it cannot be verified"
    blind = ssl.create_default_context()
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    return _ask(url, blind, why)


def _ask(url: str, context: ssl.SSLContext | None, untrusted: str) -> Visit:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=PATIENCE, context=context)
        if context
        else http.client.HTTPConnection(host, parts.port, timeout=PATIENCE)
    )
    ends = None
    try:
        connection.connect()
        if isinstance(connection.sock, ssl.SSLSocket):
            ends = _ends(connection.sock.getpeercert(binary_form=True))
        connection.request("GET", parts.path, headers={"User-Agent": "dialform doctor"})
        answer = connection.getresponse()
        return Visit(answer.status, answer.getheader("WWW-Authenticate", ""), ends, untrusted)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        refused = isinstance(error, ConnectionRefusedError)
        return Visit(None, "", ends, untrusted, str(said), refused)
    finally:
        connection.close()


def _ends(der: bytes | None) -> float | None:
    try:
        return not_after(ssl.DER_cert_to_PEM_cert(der)) if der else None
    except ValueError:
        return None
