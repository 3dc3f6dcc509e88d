"""Mails with a link to choose a password, and word of what happened to an account."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from dialform.billing import smtp
from dialform.billing.consequences.mailing import Sender
from dialform.console.accounts.inviting import Invited
from dialform.console.errors import Away
from dialform.console.ground import Ground
from dialform.reconcile.billing.where import platform_of, sender_of

_SUBJECTS = {
    "invitation": "Your access to the telephone system",
    "reset": "A new password for the telephone system",
}
_FIRST = {
    "invitation": "you can now see and change what is yours of the telephone system, in your browser.",
    "reset": "somebody, you we hope, asked for a new password for the telephone system.",
}
_LAST = {
    "invitation": "If you did not expect this, you need not do anything.",
    "reset": "If it was not you, you need not do anything: your password stays as it is.",
}
_HOW = {"invitation": "within a week", "reset": "within an hour"}

CHANGED = "Your password for the telephone system was changed"


def mail(made: Invited, name: str, sender: str, portal: str, *, at: float) -> EmailMessage:
    """The mail with a link. `at`: seconds since 1970. Raises ValueError where no header can hold a name."""
    lines = [
        f"Dear {_line(name)},", "", _FIRST[made.kind], "",
        f"Choose a password here, {_HOW[made.kind]}; the link works once:", "", made.link, "",
        f"You sign in as: {_line(made.account.login)}", "", _LAST[made.kind], "", _line(portal),
    ]  # fmt: skip
    return _letter(made.account.email, name, _SUBJECTS[made.kind], lines, sender, at)


def changed(email: str, name: str, sender: str, portal: str, *, at: float) -> EmailMessage:
    """Word to somebody whose password was changed: if it was not they, they learn of it."""
    lines = [
        f"Dear {_line(name)},", "",
        "your password for the telephone system was changed just now. If it was you, all is well.", "",
        "If it was not, ask for a new password on the sign-in page, and tell your administrator.", "",
        _line(portal),
    ]  # fmt: skip
    return _letter(email, name, CHANGED, lines, sender, at)


def sender(ground: Ground) -> Sender:
    """How mail leaves, by the site that runs. Raises Away, LedgerError."""
    found = sender_of(platform_of(ground.folders().current), ground.store)
    if found is None:
        raise Away("No mail can be sent: platform.yaml says nothing of `mail`.")
    return found


def post(sender: Sender, letter: EmailMessage) -> None:
    """Hand a mail to the server. Blocks. Raises Away, in a sentence, where it is not taken."""
    recipients = smtp.addresses([letter["To"]])
    if not recipients:
        raise Away("There is no mail address to write to.")
    try:
        url = smtp.server(sender.server)
        smtp.hand_over(url, smtp.Envelope(sender.sender, tuple(recipients), letter.as_bytes()))
    except smtp.MailError as error:
        raise Away(f"The mail server did not take the mail: {error}.") from None


def send(ground: Ground, made: Invited, name: str, portal: str) -> None:
    """Send somebody their link. Blocks. Raises Away, LedgerError."""
    leaving = sender(ground)
    try:
        letter = mail(made, name, leaving.sender, portal, at=ground.clocks.wall())
    except (ValueError, TypeError, LookupError):
        raise Away(f"{made.account.email!r} is no mail address that can be written to.") from None
    post(leaving, letter)


def _letter(
    email: str, name: str, subject: str, lines: list[str], sender: str, at: float
) -> EmailMessage:
    found = EmailMessage(policy=SMTP)
    found["From"], found["To"] = sender, formataddr((_line(name), email))
    found["Subject"] = subject
    found["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    found["Auto-Submitted"] = "auto-generated"
    found.set_content("\n".join(lines) + "\n")
    return found


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
