"""What people send, checked and turned into a fax; what came in, turned into a PDF."""

from dialform.fax.documents.cover import Cover, cover_sheet
from dialform.fax.documents.lacking import missing
from dialform.fax.documents.limits import LIMITS, DocumentError, Limits
from dialform.fax.documents.preparing import prepare, with_cover
from dialform.fax.documents.previewing import as_pdf, pages_in, pages_of, picture
from dialform.fax.documents.receiving import pdf_of

__all__ = [
    "LIMITS",
    "Cover",
    "DocumentError",
    "Limits",
    "as_pdf",
    "cover_sheet",
    "missing",
    "pages_in",
    "pages_of",
    "pdf_of",
    "picture",
    "prepare",
    "with_cover",
]
