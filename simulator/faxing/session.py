"""A session between the switch's own fax machine and another: what happens when, and with what result.

Pure. After mod_spandsp_fax.c (what it tells in phases B, D and E) and t30.c (what ends a session).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Self
from urllib.parse import unquote

from dialform.simulator.faxing import results
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.sheets import Page
from dialform.simulator.reading.words import integer, true
from dialform.values import dataclass

WAITS, WAITS_FOR_SENDER = 60.0, 35.0
"""Seconds that a sender (timer T0) and a receiver (T1) wait for another fax machine."""
HEADER_FINE, HEADER = 32, 16
"""Rows that a sender puts above a page, with its name and the time. A T.85 picture keeps its length: as many
are cut off at its end.
"""
NAMELESS = "SpanDSP Fax Ident"

Phase = Literal["negotiated", "page", "over", "hangup"]
"""`hangup`: the other side hangs up, in the midst of a page."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The switch's own machine, as the channel's variables set it."""

    sends: bool
    ident: str = NAMELESS
    t38: bool = False
    asks: bool = False
    """Whether it asks for T.38, and does not only take it."""
    ecm: bool = True
    v17: bool = True
    first: int = 0
    last: int | None = None
    """The first and the last page that are sent, from 0."""

    @classmethod
    def read(cls, get: Callable[[str], str | None], sends: bool) -> Self:
        """Its settings. What no variable says is as in a plain spandsp.conf: ECM and V.17, no T.38."""
        last = integer(get("fax_end_page") or "-1")
        ecm, t38 = get("fax_use_ecm"), true(get("fax_enable_t38"))
        return cls(
            sends,
            unquote(get("fax_ident") or NAMELESS),  # mod_spandsp_fax.c, switch_url_decode
            t38,
            t38 and true(get("fax_enable_t38_request")),
            ecm is None or true(ecm),
            not true(get("fax_disable_v17")),
            max(integer(get("fax_start_page") or "-1"), 0),
            last if last >= 0 else None,
        )

    def wanted(self, pages: Sequence[Page]) -> Sequence[Page]:
        """The pages that are sent, of all in the file."""
        return pages[self.first : None if self.last is None else self.last + 1]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens so many seconds after what was before.

    `variables` are those of the channel that change; `pages` went through until then.
    """

    after: float
    phase: Phase
    variables: dict[str, str]
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """`other` is None where nobody is a fax machine; `pages` None where a file cannot be read, or where none
    can be written.
    """

    ours: Settings
    other: FaxMachine | None
    pages: Sequence[Page] | None

    def steps(self) -> Iterator[Step]:
        """What happens, in order, unless somebody hangs up."""
        ours, other = self.ours, self.other
        if other is None:
            code = results.NOBODY if ours.sends else results.NO_SENDER
            waits = WAITS if ours.sends else WAITS_FOR_SENDER
            yield Step(waits, "over", self._result(code))
            return
        if not ours.sends and self.pages is not None and not self.pages:
            yield Step(other.handshake, "over", self._unheard(results.NO_SHEETS))
            return
        yield Step(other.handshake, "negotiated", self._negotiated())
        if not (wanted := ours.wanted(self.pages or ())):
            yield Step(0, "over", self._result(results.NO_FILE))
        elif ours.sends and not other.fine and any(page.fine for page in wanted):
            yield Step(0, "over", self._result(results.NO_FINE))
        else:
            yield from self._pages(other, wanted)

    def _pages(self, other: FaxMachine, wanted: Sequence[Page]) -> Iterator[Step]:
        fails = other.fails(self._uses())
        for done, page in enumerate(wanted):
            if fails == done:
                end: Phase = "hangup" if other.code == results.DROPPED else "over"
                yield Step(other.page / 2, end, self._result(other.code, done, page), done)
                return
            yield Step(other.page, "page", self._page(page, done + 1), done + 1)
        done = len(wanted)
        yield Step(other.page / 10, "over", self._result(results.OK, done, wanted[-1]), done)

    def dropped(self, last: Step | None) -> dict[str, str]:
        """What is said when the call ends after a step; None: before the first."""
        if last is None:
            return self._unheard(results.DROPPED)
        wanted = self.ours.wanted(self.pages or ())
        if wanted and last.pages == len(wanted):
            # Only the goodbyes are missing (t30_terminate).
            return self._result(results.OK, last.pages, wanted[-1])
        page = wanted[min(last.pages, len(wanted) - 1)] if wanted else None
        return self._result(results.DROPPED, last.pages, page)

    def unkept(self, last: Step) -> dict[str, str]:
        """What is said when a page cannot be written."""
        return self._result(results.NO_FILE, last.pages - 1)

    def _unheard(self, code: int) -> dict[str, str]:
        """The end before the other has said what it is."""
        return Session(self.ours, None, None)._result(code)

    # What both agree on.

    def _t38(self) -> str:
        ours, other = self.ours, self.other
        if other and other.t38 and ours.t38 and (ours.asks or ours.sends or other.asks):
            return "negotiated"
        return "refused" if ours.asks else "off"

    def _ecm(self) -> bool:
        return self.other is not None and self.ours.ecm and self.other.ecm

    def _rate(self) -> int:
        slow = self.other is not None and not (self.ours.v17 and self.other.v17)
        return 9600 if slow else 14400

    def _uses(self) -> frozenset[str]:
        """What the line must stand."""
        parts = {"t38": self._t38() == "negotiated", "ecm": self._ecm(), "v17": self._rate() > 9600}
        return frozenset(name for name, used in parts.items() if used)

    # What is said of it.

    def _negotiated(self) -> dict[str, str]:
        """Phase B. A sender opens its file after that only: no page is counted yet."""
        found = {"fax_transfer_rate": str(self._rate())} | self._both()
        return found | ({"fax_document_total_pages": "0"} if self.ours.sends else {})

    def _page(self, page: Page, done: int) -> dict[str, str]:
        """Phase D."""
        ecm = self._ecm()
        file = f"{page.width}x{page.length}"
        rows = page.length + (HEADER_FINE if page.fine else HEADER)
        size = file if ecm else f"{page.width}x{rows}"
        found = {
            "fax_image_resolution": page.line,
            "fax_file_image_resolution": page.file if self.ours.sends else page.line,
            "fax_image_pixel_size": size,
            "fax_file_image_pixel_size": file if self.ours.sends else size,
            "fax_image_size": str(page.size),
            "fax_bad_rows": "0",
            "fax_longest_bad_row_run": "0",
            "fax_encoding": "32" if ecm else "4",
            "fax_encoding_name": "T.85(L0)" if ecm else "T.4 2-D",
            "fax_document_transferred_pages": str(done),
        }
        total = {"fax_document_total_pages": str(len(self.pages or ()))}
        return found | (total if self.ours.sends else {})

    def _result(self, code: int, done: int = 0, page: Page | None = None) -> dict[str, str]:
        """Phase E. `page` is the last that was begun."""
        total = done
        if self.ours.sends and (page or code == results.NO_FINE):
            total = len(self.pages or ())
        # A receiver's decoder of ECM pages forgets their size at their end.
        forgets = page is None or (not self.ours.sends and (self._ecm() or code != results.OK))
        return {
            "fax_success": "0" if code else "1",
            "fax_result_code": str(code),
            "fax_result_text": results.TEXTS.get(code, "???"),
            **self._both(),
            "fax_document_transferred_pages": str(done),
            "fax_document_total_pages": str(total),
            "fax_image_resolution": page.line if page else "0x0",
            "fax_image_size": "0" if forgets or page is None else str(page.size),
            "fax_bad_rows": "0",
            "fax_transfer_rate": str(self._rate()),
        }

    def _both(self) -> dict[str, str]:
        return {
            "fax_ecm_used": "on" if self._ecm() else "off",
            "fax_t38_status": self._t38(),
            "fax_local_station_id": self.ours.ident,
            "fax_remote_station_id": self.other.station_id if self.other else "",
        }
