"""What is sent: the documents that were named, with a cover page, as fax pages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dialform.compiler.nearby import nearest
from dialform.fax.ordering.errors import OrderError
from dialform.values import dataclass, replace

if TYPE_CHECKING:
    from dialform.fax.documents import Cover
    from dialform.fax.queue.values import New, Sheets
    from dialform.fax.released import Account, Company

PERSONAL = 100
"""Up to so many recipients each gets a cover page with the own name; of more all get one without any."""
LARGEST = 256 << 20
"""Bytes of all those faxes together, since each is then a document of its own. Beyond it the same holds."""

Told = Callable[[str], None]
"""Is told what is being done."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, by whom. `root` is the host's folder; `text` None: no cover page."""

    root: Path
    company: "Company"
    account: "Account"
    files: Sequence[Path]
    text: str | None
    subject: str
    sender: str
    at: float
    """Seconds since 1970, for the cover page."""


def files_of(
    root: Path, company: "Company", documents: Sequence[str], files: Sequence[Path]
) -> list[Path]:
    """The files to be sent: the tenant's own documents by their names, then those that were given. Raises
    OrderError.
    """
    found = []
    for slug in documents:
        if slug not in company.documents:
            hint = nearest(slug, company.documents) if company.documents else ""
            raise OrderError(f"{company.slug} has no document '{slug}'.{hint}", typed=True)
        found.append(root / company.documents[slug].file)
    return [*found, *files]


def title_of(
    company: "Company", subject: str, documents: Sequence[str], files: Sequence[Path]
) -> str:
    """What the fax is called where faxes are listed."""
    names = [company.documents[slug].name for slug in documents] + [one.name for one in files]
    return subject or ", ".join(names) or "Cover page"


def body_of(letter: Letter, told: Told) -> "Sheets | None":
    """The documents as pages, without a cover; None where there are none. Raises DocumentError."""
    from dialform.fax.documents import prepare

    told("converting")
    return prepare(letter.files) if letter.files else None


def pages(
    letter: Letter, body: "Sheets | None", news: "Sequence[New]", told: Told, *, first: bool = False
) -> "tuple[Sheets, Sequence[New], str]":  # fmt: skip
    """The pages for all, `news` with those of their own, and what has to be said of the cover page; with
    `first` only what the first one gets. Raises DocumentError.
    """
    if letter.text is None:
        assert body is not None
        return body, news, ""
    if note := shared(body, len(news)):
        return _covered(letter, body, None), news, note
    made = []
    for count, one in enumerate(news[:1] if first else news, 1):
        if len(news) > 1:
            told(f"cover page {count} of {len(news)}")
        made.append(replace(one, sheets=_covered(letter, body, one)))
    assert made[0].sheets is not None
    return made[0].sheets, news if first else made, ""


def shared(body: "Sheets | None", count: int) -> str:
    """Why so many recipients get one and the same cover page; empty where each gets one of the own."""
    size = len(body.fine) + len(body.standard) if body else 0
    if count > PERSONAL:
        return f"The cover page names no recipient: there are more than {PERSONAL}."
    if count > 1 and size * count > LARGEST:
        return "The cover page names no recipient: the document is too large to be kept for each of them."
    return ""


def _covered(letter: Letter, body: "Sheets | None", to: "New | None") -> "Sheets":
    """The document behind its cover page, that says how many pages there are: itself among them."""
    found = _behind(letter, body, to, (body.pages if body else 0) + 1)
    if found.pages != (body.pages if body else 0) + 1:  # a long text
        found = _behind(letter, body, to, found.pages)
    return found


def _behind(letter: Letter, body: "Sheets | None", to: "New | None", count: int) -> "Sheets":
    from dialform.fax.documents import cover_sheet, prepare, with_cover

    template = letter.root / letter.account.cover if letter.account.cover else None
    cover = cover_sheet(template, _says(letter, to, count))
    return prepare((), cover=cover) if body is None else with_cover(body, cover)


def _says(letter: Letter, to: "New | None", count: int) -> "Cover":
    from dialform.fax.documents import Cover

    company, account = letter.company, letter.account
    return Cover(
        company=company.name,
        sender=letter.sender,
        number=account.e164,
        recipient=to.name if to else "",
        to=to.to if to else "",
        subject=letter.subject,
        text=letter.text or "",
        at=datetime.fromtimestamp(letter.at, ZoneInfo(company.timezone)),
        language=company.language,
        pages=count,
    )
