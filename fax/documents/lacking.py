"""What this machine lacks to convert documents."""

import sys

from dialform.fax.documents import ghostscript, office
from dialform.fax.sandbox import landlock


def missing() -> list[str]:
    """One sentence each for what is not there, with what it is for; nothing is installed or started."""
    found = []
    if ghostscript.missing():
        found.append(
            "Ghostscript is not installed (`gs`): PDF, PostScript, text, Word documents and cover pages "
            "cannot be sent, pictures can."
        )
    if office.missing():
        found.append(
            "LibreOffice is not installed (`libreoffice-writer`): Word documents (DOCX) cannot be sent."
        )
    if sys.platform.startswith("linux") and not landlock.version():
        found.append(
            "This kernel has no Landlock (since Linux 5.13, with `landlock` in its `lsm=`): Word documents "
            "cannot be sent, and other programs that read documents are less closed in."
        )
    return found
