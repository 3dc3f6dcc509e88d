"""Mails of received faxes: out of the inbox, until a server has taken each once."""

import os
import smtplib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialform.billing import smtp
from dialform.billing.consequences.mailing import Sender
from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue import Inbox
from dialform.fax.queue.values import Received
from dialform.fax.receiving.letter import letter
from dialform.fax.released import Company
from dialform.reconcile.durable import checkpoint
from dialform.reconcile.fax.receiver import account_of
from dialform.values import dataclass, field

FIRST, LONGEST = 30.0, 3600.0
"""Seconds until a mail that was not taken is tried again: twice as long each time, and no longer."""
MICRO = 1_000_000
NO_SERVER = "platform.yaml says nothing of mail (`mail:` with `smtp` and `from`)"
NO_ACCOUNT = "its fax account is not in what this host runs any more"
INBOX_ONLY = "the account has no `deliver_to` any more"

REST = 300.0
"""Seconds at most for which a server that nobody reaches is left alone: each try may take half a minute."""

HANDING = 300.0
"""Seconds for which a mail that is being handed over is nobody else's: each of a server's answers may take
half a minute, and an agent that was told to end does not wait for it."""

HandOver = Callable[[Any, smtp.Envelope], None]


@dataclass(slots=True)
class Posted:
    """What came of a round: faxes that a server took, and why others wait, by uuid."""

    taken: list[str] = field(default_factory=list)
    waits: dict[str, str] = field(default_factory=dict)


class Delivery:
    """The mails of one host. All of it blocks, for as long as a mail server takes to answer."""

    def __init__(
        self, inbox: Inbox, host: str, log: Any, hand_over: HandOver = smtp.hand_over,
        steady: Callable[[], float] = lambda: 0.0,
    ) -> None:  # fmt: skip
        """`steady` says how many seconds go by while a server takes its time."""
        self._inbox, self._host, self._log, self._hand_over = inbox, host, log, hand_over
        self._steady, self._stopped = steady, False
        self._out: set[str] = set()
        """Faxes that a server took and of which the ledger could not be told yet."""
        self._down, self._rest = 0, 0
        """How often running nobody was reached, and until when nobody is asked."""

    def stop(self) -> None:
        """Begin no other mail: whoever comes next sends them. One that is being handed over is."""
        self._stopped = True

    def round(self, sender: Sender | None, companies: Mapping[str, Company], now: int) -> Posted:
        """All that is due at `now` (microseconds since 1970).

        The order is what keeps it from being twice: where the ledger cannot be written nothing is sent, and
        who dies between sending and saying so sends the same mail, with the same Message-ID. Raises
        LedgerError.
        """
        posted, began, start = Posted(), self._steady(), now
        for fax in self._inbox.unmailed(self._host, now):
            now = start + int((self._steady() - began) * MICRO)
            if self._stopped or (now < self._rest and fax.uuid not in self._out):
                break
            if fax.uuid not in self._out:
                why = self._tried(fax, sender, companies, now)
                if why is None:
                    continue
                if why:
                    posted.waits[fax.uuid] = why
                    self._log.warning("the mail of a fax was not taken", uuid=fax.uuid, why=why)
                    self._inbox.unsent(fax.uuid, why, now + _pause(fax.tries))
                    continue
                self._out.add(fax.uuid)
            self._inbox.mailed(fax.uuid, now)
            checkpoint("mail.said")
            self._out.discard(fax.uuid)
            posted.taken.append(fax.uuid)
        return posted

    def _tried(
        self, fax: Received, sender: Sender | None, companies: Mapping[str, Company], now: int
    ) -> str | None:
        """The same as `_post`; a fault of ours holds up that one alone. Raises LedgerError."""
        try:
            return self._post(fax, sender, companies, now)
        except LedgerError:
            raise
        except Exception as error:
            self._log.exception("the mail of a fax failed", uuid=fax.uuid)
            return f"a fault of dialform ({type(error).__name__}): please report it"

    def _post(
        self, fax: Received, sender: Sender | None, companies: Mapping[str, Company], now: int
    ) -> str | None:
        """Send one. Why it was not taken, empty where it was, None where nobody wants it."""
        company = companies.get(fax.tenant)
        account = account_of(companies, fax.tenant, fax.account)
        if company is None or account is None:
            return NO_ACCOUNT
        if not account.deliver_to:
            self._inbox.no_mail(fax.uuid, INBOX_ONLY)
            return None
        if sender is None:
            return NO_SERVER
        recipients = smtp.addresses([account.deliver_to])
        if not recipients:
            return f"`deliver_to` of fax account {account.number} is no mail address"
        try:
            pages = _content(Path(fax.file)) if fax.file else b""
        except OSError as error:
            return f"{fax.file} cannot be read ({error.strerror or 'unknown'})"
        try:
            mail = letter(fax, company, account, pages, sender.sender).as_bytes()
        except (ValueError, TypeError, LookupError) as error:
            return f"no mail can be made of it ({type(error).__name__}): see to `mail.from` and `deliver_to`"
        # What cannot be written down is not sent: it would be sent again each time.
        self._inbox.sending(fax.uuid, now + max(_pause(fax.tries), int(HANDING * MICRO)))
        checkpoint("mail.send")
        try:
            self._hand_over(
                smtp.server(sender.server), smtp.Envelope(sender.sender, tuple(recipients), mail)
            )
        except smtp.MailError as error:
            if not _answered(error):
                self._down += 1
                self._rest = now + min(_pause(self._down - 1), int(REST * MICRO))
            return str(error)
        self._down = 0
        checkpoint("mail.sent")
        return ""


def _answered(error: smtp.MailError) -> bool:
    """Whether a server spoke to us: then another mail may fare better."""
    refusals = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
    return error.__cause__ is None or (
        isinstance(error.__cause__, refusals)
        and not isinstance(error.__cause__, smtplib.SMTPConnectError)
    )


def _content(file: Path) -> bytes:
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as opened:
        return opened.read()


def _pause(tries: int) -> int:
    """Until the next try, in microseconds."""
    return int(min(FIRST * 2 ** min(max(tries, 0), 10), LONGEST) * MICRO)
