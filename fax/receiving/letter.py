"""The mail of a fax that came in: plain text and the pages, the tenant's own and nobody else's name."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from dialform.compiler.numbers import NumberError, parse_e164
from dialform.fax.queue.values import Received
from dialform.fax.receiving.told import shown
from dialform.fax.released import Account, Company

PDF = ".pdf"
_KINDS = {PDF: ("application", "pdf"), ".tif": ("image", "tiff")}
_ENDS = {
    PDF: ["Its pages are attached as a PDF."],
    ".tif": [
        "It could not be turned into a PDF. What came is attached as the switch wrote it (TIFF); it may",
        "be damaged.",
    ],
    "": ["Its pages are lost, and the sender believes that they arrived: ask for them once more."],
}
_PARTLY = ["It did not come whole: these are the pages that did."]
_UNKNOWN = "an unknown number"
_NAME, _LONGEST = 60, 120


def letter(
    fax: Received, company: Company, account: Account, pages: bytes, sender: str
) -> EmailMessage:
    """The mail of a fax whose file holds `pages`; of a fax it is always the same one.

    Its Message-ID is the fax's own: a server that got it twice can tell. Raises ValueError where the
    addresses are none that a header takes.
    """
    zone, suffix = _zone(company.timezone), PurePosixPath(fax.file).suffix
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, account.deliver_to
    mail["Subject"] = _line(_subject(fax, company))
    ended = datetime.fromtimestamp(fax.at / 1_000_000 + fax.seconds, UTC)
    mail["Date"] = format_datetime(ended.astimezone(zone))
    # One that says that the pages are lost is another than the one that has them, should they be found.
    mail["Message-ID"] = message_id(fax.uuid if fax.file else f"{fax.uuid}.lost", sender)
    mail["Auto-Submitted"] = "auto-generated"
    text = "\n".join(_text(fax, company, account, zone, suffix)) + "\n"
    mail.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    if fax.file:
        kind, subtype = _KINDS[suffix]
        mail.add_attachment(pages, kind, subtype, filename=file_name(fax, company.timezone))
        mail.set_boundary(f"=_{fax.uuid}")
    return mail


def message_id(uuid: str, sender: str) -> str:
    """The Message-ID of a fax's mail."""
    return f"<fax.{uuid}@{sender.rpartition('@')[2].strip('<> ')}>"


def file_name(fax: Received, timezone: str) -> str:
    """What a fax's file is called by whoever gets it: `fax-2026-11-28-1042-12125550177.pdf`."""
    at = datetime.fromtimestamp(fax.at / 1_000_000, _zone(timezone))
    digits = "".join(sign for sign in fax.caller if sign in "0123456789")[:20]
    suffix = PurePosixPath(fax.file).suffix
    return f"fax-{at:%Y-%m-%d-%H%M}-{digits or 'unknown'}{suffix}"


def _subject(fax: Received, company: Company) -> str:
    word = "Fax" if fax.ok else "Incomplete fax"
    return f"{word} from {_who(fax, company)}: {_pages(fax.pages)}"


def _text(
    fax: Received, company: Company, account: Account, zone: ZoneInfo, suffix: str
) -> list[str]:
    at = datetime.fromtimestamp(fax.at / 1_000_000, zone)
    name = "" if account.name == account.number else f", {_short(account.name)}"
    rows = {
        "From": _from(fax, company),
        "To": fax.did or f"fax account {account.number}",
        "Received": f"{at.day} {at:%B %Y, %H:%M} ({zone.key})",
        "Pages": str(fax.pages),
        "Duration": f"{fax.seconds // 60}:{fax.seconds % 60:02}" if fax.seconds else "not known",
        "Result": shown(fax.result, 200) if fax.ok else f"incomplete: {shown(fax.result, 200)}",
    }
    lines = [f"A fax came in for {_short(company.name)} (account {account.number}{name}).", ""]
    lines += [f"  {what + ':':<10} {value}" for what, value in rows.items()]
    lines.append("")
    return [*lines, *_ENDS[suffix], *([] if fax.ok or not fax.file else _PARTLY)]


def _who(fax: Received, company: Company) -> str:
    """Who sent it, for a subject: by the address book, else the number, else what the machine says."""
    name = _contact(fax.caller, company)
    return name or shown(fax.caller, 40) or shown(fax.station_id, 20) or _UNKNOWN


def _from(fax: Received, company: Company) -> str:
    name, number = _contact(fax.caller, company), shown(fax.caller, 40)
    said = f"{name}, {number}" if name else number or _UNKNOWN
    station = shown(fax.station_id, 20)
    return f"{said} (the machine calls itself {station})" if station else said


def _contact(caller: str, company: Company) -> str:
    try:
        number = parse_e164(caller, company.country).e164
    except NumberError:
        return ""
    found = (one.name for one in company.contacts.values() if one.fax == number)
    return _short(next(found, ""))


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _short(text: str) -> str:
    return shown(text, _NAME)


def _line(text: str) -> str:
    """What a header takes: one line, not too long, and no encoded word (RFC 2047).

    `email` decodes those when a header is set: a stranger's would put line ends, and headers, into it.
    """
    return shown(text.replace("=?", "= ?"), _LONGEST)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
