"""How large a document may be, and what it may cost to convert it."""

from dialform.values import dataclass

MEBI = 1 << 20


class DocumentError(Exception):
    """A document cannot be sent, or one that came in cannot be read: one sentence, with a way out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one fax: pages. Of each of its files: bytes, pixels of a picture, seconds, bytes of memory.

    `result` is how many bytes a converted fax may have in each resolution; `office` the memory that
    LibreOffice gets, which takes some gigabytes of addresses before it opens anything.
    """

    pages: int = 200
    bytes: int = 50 * MEBI
    pixels: int = 120_000_000
    seconds: float = 60
    memory: int = 1024 * MEBI
    office: int = 4096 * MEBI
    result: int = 64 * MEBI


LIMITS = Limits()
