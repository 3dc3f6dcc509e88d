"""What is sent: the documents that were named, with a cover page, as fax pages."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from dialform.cli.proofs import nearest
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.fax.queue.values import New, Sheets
    from dialform.fax.released import Account, Company


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes before the documents. `text` None: no cover page."""

    text: str | None
    subject: str


def files_of(
    root: Path, company: "Company", documents: Sequence[str], files: Sequence[Path]
) -> list[Path]:
    """The files to be sent: the tenant's own documents by their names, then those that were given."""
    found = []
    for slug in documents:
        if slug not in company.documents:
            hint = nearest(slug, company.documents) if company.documents else ""
            raise click.UsageError(f"{company.slug} has no document '{slug}'.{hint}")
        found.append(root / company.documents[slug].file)
    return [*found, *files]


def title_of(
    company: "Company", subject: str, documents: Sequence[str], files: Sequence[Path]
) -> str:
    """What the fax is called where faxes are listed."""
    names = [company.documents[slug].name for slug in documents] + [one.name for one in files]
    return subject or ", ".join(names)


def sheets(
    root: Path, company: "Company", account: "Account", files: Sequence[Path], letter: Letter,
    news: "Sequence[New]", now: float,
) -> "Sheets":  # fmt: skip
    """The pages. A cover page names the recipient where there is only one: all get the same pages."""
    from dialform.fax.documents import prepare

    with said():
        cover = None
        if letter.text is not None:
            cover = _cover(root, company, account, letter, news, now)
        return prepare(files, cover=cover)


def _cover(
    root: Path, company: "Company", account: "Account", letter: Letter, news: "Sequence[New]", now: float
) -> bytes:  # fmt: skip
    from dialform.fax.documents import Cover, cover_sheet

    alone = news[0] if len(news) == 1 else None
    return cover_sheet(
        root / account.cover if account.cover else None,
        Cover(
            company=company.name,
            sender=account.name,
            number=account.e164,
            recipient=alone.name if alone else "",
            to=alone.to if alone else "",
            subject=letter.subject,
            text=letter.text or "",
            at=datetime.fromtimestamp(now, ZoneInfo(company.timezone)),
            language=company.language,
        ),
    )


@contextlib.contextmanager
def said() -> Iterator[None]:
    """What is wrong with a document, as one sentence."""
    from dialform.fax.documents import DocumentError

    try:
        yield
    except DocumentError as error:
        raise click.ClickException(str(error)) from None
