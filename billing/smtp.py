"""Handing a mail to a mail server: smtp:// (with STARTTLS where it is offered) or smtps://."""

import smtplib
import ssl
from collections.abc import Iterable
from email.utils import getaddresses
from urllib.parse import SplitResult, unquote, urlsplit

from dialform.values import dataclass

SECONDS = 30
"""How long the server has for each answer."""

_DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")


class MailError(Exception):
    """The mail could not be handed over. Its text is for people and has no password."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to be handed over: CRLF line ends, no Bcc."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


def server(text: str, name: str = "the mail server's URL") -> SplitResult:
    """A server by its URL, `smtp://[USER[:PASSWORD]@]HOST[:PORT]`; `name` is what a mistake is told of.

    Raises MailError, which does not repeat the URL: it may hold a password.
    """
    try:
        url = urlsplit(text)
        good = url.scheme in _DEFAULT_PORTS and url.hostname and url.port != 0
    except ValueError:
        good = False
    if not good:
        raise MailError(f"{name} is no smtp:// or smtps:// URL")
    return url


def addresses(texts: Iterable[str]) -> list[str]:
    """The addresses that stand in headers; what is none is left out."""
    found = (address for _, address in getaddresses(list(texts)))
    return [one for one in found if "@" in one and one.isprintable() and " " not in one]


def hand_over(url: SplitResult, mail: Envelope) -> None:
    """Give a mail to the server of a URL. Blocks. Raises MailError where it is not taken whole."""
    host = url.hostname or ""
    port = url.port or _DEFAULT_PORTS[url.scheme]
    try:
        with _connect(url.scheme, host, port) as client:
            client.ehlo()
            # Loopback is inside of the machine, and its server seldom has a certificate for it.
            secure = url.scheme == "smtps" or host in _HERE
            if not secure and client.has_extn("starttls"):
                client.starttls(context=ssl.create_default_context())
                client.ehlo()
                secure = True
            if url.username is not None:
                if not secure:
                    raise MailError(f"{host} offers no TLS: the password is not sent in the clear")
                client.login(unquote(url.username), unquote(url.password or ""))
            refused = client.sendmail(mail.sender, mail.recipients, mail.content)
    except smtplib.SMTPRecipientsRefused as error:
        raise MailError(f"{host} refuses {', '.join(sorted(error.recipients))}") from error
    except smtplib.SMTPResponseException as error:
        raise MailError(f"{host} answers {error.smtp_code} {_text(error.smtp_error)}") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise MailError(f"{host}:{port}: {str(error) or type(error).__name__}") from error
    if refused:
        raise MailError(f"{host} refuses {', '.join(sorted(refused))}; the others have it")


def _connect(scheme: str, host: str, port: int) -> smtplib.SMTP:
    """A context is made where one is needed: it reads all authorities that the machine trusts."""
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=SECONDS)


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return "".join(c if c.isprintable() else " " for c in text)[:200]
