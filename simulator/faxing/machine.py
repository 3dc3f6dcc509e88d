"""A fax machine at the other end of a call."""

from collections.abc import Set

from dialform.simulator.faxing.results import DROPPED
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class FaxMachine:
    """What a fax machine can do, and where its line fails. Times are seconds."""

    station_id: str = "Far end"
    t38: bool = True
    """Whether it takes T.38, and asks for it when it is called. Else the fax goes in audio."""
    asks: bool = False
    """Whether it asks for T.38 when it calls, too."""
    ecm: bool = True
    v17: bool = True
    """14,400 bit/s; 9,600 without."""
    fine: bool = True
    """Whether it prints fine resolution. Else a fine page is refused (code 11)."""
    troubles: frozenset[str] = frozenset()
    """What its line does not stand: `t38`, `v17`, `ecm`. A session that uses any of it fails, others do
    not. Empty, and `breaks` set: every session fails.
    """
    breaks: int | None = None
    """The pages after which a session fails, in the midst of the next. None: it does not fail, or before
    the first page where `troubles` say so.
    """
    code: int = DROPPED
    """How it fails: 49 hangs up, any other code of T.30 ends the session while the line is still up."""
    sheets: str = ""
    """The TIFF that it sends when it calls; empty: blank pages."""
    first: int = 0
    """The first of its pages that it sends, from 0."""
    pages: int = 1
    """How many blank pages."""
    handshake: float = 10.0
    """From the answer until both know what the other can."""
    page: float = 20.0
    """What each page takes."""

    def fails(self, used: Set[str]) -> int | None:
        """After how many pages a session fails that uses `t38`, `v17`, `ecm`; None: it does not."""
        if self.troubles:
            return (self.breaks or 0) if self.troubles & used else None
        return self.breaks
