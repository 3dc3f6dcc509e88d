"""What a tenant is written about its credit: plain text, its own numbers and nobody else's name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from dialform.billing.ledger.values import LOW_CREDIT, ZERO_CREDIT, Notice
from dialform.billing.money import amount
from dialform.compiler.terms import RESOURCE_OF, Terms
from dialform.values import dataclass

MAILED = (LOW_CREDIT, ZERO_CREDIT)
"""The kinds of notices that are a mail to the tenant."""

_SHOWN = {"voice_minutes": ("calls", "minutes"), "fax_pages": ("faxes", "pages"),
          "conference_minutes": ("conferences", "minutes")}  # fmt: skip
assert _SHOWN.keys() == set(RESOURCE_OF.values())


@dataclass(frozen=True, slots=True)
class Used:
    """What a tenant used of one resource in a month: seconds or pages, those included, micro-units."""

    resource: str
    units: int
    free: int
    amount: int


def letter(
    notice: Notice, terms: Terms, month: str, used: Sequence[Used], *, sender: str, platform: str
) -> EmailMessage:
    """The mail of a notice. `month` is the period that `used` is of.

    Its Message-ID is the notice's own: a server that got it twice can tell.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, terms.contact
    mail["Subject"] = _line(_SUBJECTS[notice.kind](notice.body, terms))
    mail["Date"] = format_datetime(datetime.fromtimestamp(notice.at / 1_000_000, UTC))
    words = (notice.kind, str(notice.id), str(notice.at), notice.tenant)
    mail["Message-ID"] = f"<{'.'.join(words)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    text = [
        f"Dear {terms.company or terms.slug},",
        "",
        *_TEXTS[notice.kind](notice.body, terms),
        "",
    ]
    text += [*_usage(month, used, terms.currency), "", f"Your telephone system{_of(platform)}"]
    mail.set_content("\n".join(text) + "\n")
    return mail


def _low_subject(body: Mapping[str, Any], terms: Terms) -> str:
    return f"{_money(body, 'balance', terms)} of your telephone credit are left"


def _zero_subject(_: Mapping[str, Any], __: Terms) -> str:
    return "Your telephone credit is used up"


def _low(body: Mapping[str, Any], terms: Terms) -> list[str]:
    return [
        f"your telephone credit is down to {_money(body, 'balance', terms)}.",
        f"You asked to be told when it falls below {_money(body, 'alert', terms)}.",
        "",
        _after(terms, "When it is used up, "),
    ]


def _zero(body: Mapping[str, Any], terms: Terms) -> list[str]:
    return [
        f"your telephone credit is used up: it stands at {_money(body, 'balance', terms)}.",
        "",
        _after(terms, "Until a payment arrives, "),
    ]


def _after(terms: Terms, begins: str) -> str:
    if terms.block_on_zero:
        return (
            f"{begins}calls and faxes to the outside are refused. Calls for help, calls to you and calls\n"
            "among yourselves go on."
        )
    return f"{begins}calls and faxes go on as before."


_SUBJECTS = {LOW_CREDIT: _low_subject, ZERO_CREDIT: _zero_subject}
_TEXTS = {LOW_CREDIT: _low, ZERO_CREDIT: _zero}


def _usage(month: str, used: Sequence[Used], currency: str) -> list[str]:
    rows = [one for one in used if one.units and one.resource in _SHOWN]
    if not rows:
        return [f"In {_month(month)} nothing was used so far."]
    total = sum(one.amount for one in rows)
    lines = [f"In {_month(month)} you used so far, for {amount(total)} {currency}:", ""]
    for one in sorted(rows, key=lambda row: list(_SHOWN).index(row.resource)):
        name, unit = _SHOWN[one.resource]
        units, free = (-(-n // (60 if unit == "minutes" else 1)) for n in (one.units, one.free))
        included = f", {free:,} of them included" if free else ""
        lines.append(f"  {name}: {units:,} {unit}{included}: {amount(one.amount)} {currency}")
    return lines


def _month(period: str) -> str:
    return datetime.strptime(period, "%Y-%m").strftime("%B %Y")


def _money(body: Mapping[str, Any], name: str, terms: Terms) -> str:
    return f"{amount(int(body.get(name) or 0))} {body.get('currency') or terms.currency}"


def _of(platform: str) -> str:
    return f" ({platform})" if platform else ""


def _line(text: str) -> str:
    return " ".join(text.split())
