"""`dialform sendmail`: what FreeSWITCH calls to hand over a voicemail's mail.

The switch runs `MAILER-APP -f SENDER MAILER-APP-ARGS RECIPIENT` with the mail on standard input
(switch_utils.c, `switch_simple_email`), as it would run sendmail.
"""

import sys
from collections.abc import Sequence
from email.parser import BytesHeaderParser

import click

from dialform.billing.smtp import Envelope, MailError, addresses, hand_over, server

TEMPORARY = 75
"""EX_TEMPFAIL (sysexits.h): what a caller of sendmail may try again."""

_LARGEST = 64 * 1024 * 1024


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
        url = server(smtp, "--smtp")
        hand_over(url, _envelope(raw, sender or "", words))
    except MailError as error:
        click.echo(f"dialform sendmail: {error}", err=True)
        return TEMPORARY
    return 0


def _envelope(raw: bytes, sender: str, words: Sequence[str]) -> Envelope:
    if len(raw) > _LARGEST:
        raise MailError(f"the mail is larger than {_LARGEST // 1024 // 1024} MiB")
    content = b"\r\n".join(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    headers = BytesHeaderParser().parsebytes(content)
    named = [str(v) for name in ("To", "Cc", "Bcc") for v in headers.get_all(name, [])]
    recipients = tuple(dict.fromkeys(addresses(named) or addresses(words)))
    if not recipients:
        raise MailError("the mail names no recipient")
    own = addresses([sender]) or addresses([str(headers.get("From", ""))])
    return Envelope(own[0] if own else "", recipients, _without_bcc(content))


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
