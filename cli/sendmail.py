"""`dialform sendmail`: what FreeSWITCH calls to hand over a voicemail's mail.

The switch runs `MAILER-APP -f SENDER MAILER-APP-ARGS RECIPIENT` with the mail on standard input
(switch_utils.c, `switch_simple_email`), as it would run sendmail.
"""

import smtplib
import ssl
import sys
from collections.abc import Iterable, Sequence
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from urllib.parse import SplitResult, unquote, urlsplit

import click

from dialform.values import dataclass

TEMPORARY = 75
"""EX_TEMPFAIL (sysexits.h): what a caller of sendmail may try again."""

_SECONDS = 30
_LARGEST = 64 * 1024 * 1024
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


@click.command("sendmail", context_settings={"ignore_unknown_options": True})
@click.option("--smtp", default="smtp://127.0.0.1:25", show_default=True, help="The mail server.")
@click.option(
    "-f", "sender", metavar="ADDR", help="The envelope's sender. Default: the From header."
)
@click.option("-t", "from_headers", is_flag=True, help="Taken for granted.")
@click.option("-i", "ignore_dots", is_flag=True, help="Taken for granted.")
@click.argument("recipients", nargs=-1)
def command(
    smtp: str,
    sender: str | None,
    from_headers: bool,
    ignore_dots: bool,
    recipients: tuple[str, ...],
) -> int:
    """Hand a mail on standard input to the mail server, as sendmail -t does.

    The recipients are those of its headers; those of the command line count where there is none.
    The URL is smtp://[USER[:PASSWORD]@]HOST[:PORT] (with STARTTLS where it is offered) or smtps://.
    Exits 75 where the mail could not be handed over.
    """
    raw = sys.stdin.buffer.read(_LARGEST + 1)
    words = [word for word in recipients if not word.startswith("-")]
    try:
        url = _server(smtp)
        _hand_over(url, _envelope(raw, sender or "", words))
    except MailError as error:
        click.echo(f"dialform sendmail: {error}", err=True)
        return TEMPORARY
    return 0


def _server(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        good = url.scheme in _DEFAULT_PORTS and url.hostname and url.port != 0
    except ValueError:
        good = False
    if not good:
        # The text is not repeated: it may hold a password.
        raise MailError("--smtp is no smtp:// or smtps:// URL")
    return url


def _envelope(raw: bytes, sender: str, words: Sequence[str]) -> Envelope:
    if len(raw) > _LARGEST:
        raise MailError(f"the mail is larger than {_LARGEST // 1024 // 1024} MiB")
    content = b"\r\n".join(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    headers = BytesHeaderParser().parsebytes(content)
    named = [str(v) for name in ("To", "Cc", "Bcc") for v in headers.get_all(name, [])]
    recipients = tuple(dict.fromkeys(_addresses(named) or _addresses(words)))
    if not recipients:
        raise MailError("the mail names no recipient")
    own = _addresses([sender]) or _addresses([str(headers.get("From", ""))])
    return Envelope(own[0] if own else "", recipients, _without_bcc(content))


def _addresses(texts: Iterable[str]) -> list[str]:
    found = (address for _, address in getaddresses(list(texts)))
    return [one for one in found if "@" in one and one.isprintable() and " " not in one]


def _without_bcc(content: bytes) -> bytes:
    head, blank, body = content.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    hidden = False
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            hidden = line.lower().startswith(b"bcc:")
        if not hidden:
            kept.append(line)
    return b"\r\n".join(kept) + blank + body


def _hand_over(url: SplitResult, mail: Envelope) -> None:
    host = url.hostname or ""
    port = url.port or _DEFAULT_PORTS[url.scheme]
    context = ssl.create_default_context()
    try:
        with _connect(url.scheme, host, port, context) as client:
            client.ehlo()
            # Loopback is inside of the machine, and its server seldom has a certificate for it.
            secure = url.scheme == "smtps" or host in _HERE
            if not secure and client.has_extn("starttls"):
                client.starttls(context=context)
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


def _connect(scheme: str, host: str, port: int, context: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=_SECONDS)


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return "".join(c if c.isprintable() else " " for c in text)[:200]
