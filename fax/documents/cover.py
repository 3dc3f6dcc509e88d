"""Cover pages: a template in HTML (Jinja2), set as a PDF by xhtml2pdf in the sandbox."""

from datetime import datetime
from importlib import resources
from pathlib import Path

from dialform.fax.documents.limits import LIMITS, DocumentError, Limits
from dialform.fax.documents.opening import content, shown
from dialform.fax.documents.room import Room, temporary
from dialform.values import dataclass

_TEMPLATE = 256 << 10
"""Bytes that a template may have."""
_LONGEST = 20_000
"""Letters of a text."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a template may say. Numbers are E.164; `at` is when, in the tenant's zone.

    A template has each under its own name, but of `at` there are `date` (2026-11-28) and `time` (16:05).
    `pages` counts the cover as one; 0 where nobody knows.
    """

    company: str = ""
    sender: str = ""
    number: str = ""
    recipient: str = ""
    to: str = ""
    subject: str = ""
    text: str = ""
    at: datetime | None = None
    language: str = "en"
    pages: int = 0

    def said(self) -> dict[str, str | int]:
        """All of it, as a template has it."""
        return {
            "company": self.company,
            "sender": self.sender,
            "number": self.number,
            "recipient": self.recipient,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "date": f"{self.at:%Y-%m-%d}" if self.at else "",
            "time": f"{self.at:%H:%M}" if self.at else "",
            "language": self.language,
            "pages": self.pages,
        }


def cover_sheet(
    template: Path | None, values: Cover, *, limits: Limits = LIMITS, work: Path | None = None
) -> bytes:
    """The cover page as a PDF; `template` None takes the one that comes along. Pictures and fonts lie in the
    template's folder. Raises DocumentError.
    """
    if len(values.text) + len(values.subject) > _LONGEST:
        raise DocumentError(
            f"The text for the cover page has more than {_LONGEST} letters: send it as a document."
        )
    name, written, folder = "The cover page", b"", template.resolve().parent if template else None
    if template is None:
        written = _default()
    else:
        name = f"The cover page's template {shown(template.name)}"
        written = content(template, name, _TEMPLATE)
    with temporary(work) as place:
        room = Room(Path(place), name, limits)
        asked = {
            "template": room.put("cover.html", written),
            "folder": str(folder or ""),
            "pixels": limits.pixels,
            "values": values.said(),
        }
        room.task("cover", asked, read=[folder] if folder else [])
        return room.take("cover.pdf")


def _default() -> bytes:
    return (resources.files("dialform.fax.documents") / "templates" / "cover.html").read_bytes()
