"""A session between the switch's own fax machine and another: what happens when, and with what result.

Pure. After mod_spandsp_fax.c (what it tells in phases B, D and E) and t30.c (what ends a session).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Self

from dialform.simulator.faxing import results
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.sheets import Page
from dialform.simulator.reading.words import integer, true
from dialform.values import dataclass

ANSWER = 60.0
"""Seconds that a sender waits for a fax machine (timer T0)."""
GOODBYE = 2.0
"""From the last page to the end of the session."""

Phase = Literal["negotiated", "page", "over", "hangup"]
"""`hangup`: the other side hangs up, in the midst of a page."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The switch's own machine, as the channel's variables set it."""

    sends: bool
    ident: str
    t38: bool
    asks: bool
    """Whether it asks for T.38, and does not only take it."""
    ecm: bool
    v17: bool
    first: int = 0
    last: int | None = None

    @classmethod
    def read(cls, get: Callable[[str], str | None], sends: bool) -> Self:
        """Its settings. What no variable says is as in a plain spandsp.conf: ECM and V.17, no T.38."""
        last = integer(get("fax_end_page") or "-1")
        ecm = get("fax_use_ecm")
        return cls(
            sends,
            get("fax_ident") or "SpanDSP Fax Ident",
            true(get("fax_enable_t38")),
            true(get("fax_enable_t38")) and true(get("fax_enable_t38_request")),
            ecm is None or true(ecm),
            not true(get("fax_disable_v17")),
            max(integer(get("fax_start_page") or "-1"), 0),
            last if last >= 0 else None,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens so many seconds after what was before.

    `variables` are those of the channel that change.
    """

    after: float
    phase: Phase
    variables: dict[str, str]
    pages: int = 0


def session(
    ours: Settings, other: FaxMachine | None, pages: Sequence[Page] | None
) -> Iterator[Step]:
    """What happens, in order. `other` is None where nobody is a fax machine; `pages` None where the
    sender's file is not there to be read.
    """
    line = _Line.of(ours, other)
    if other is None:
        yield Step(ANSWER, "over", line.result(results.NOBODY, 0, 0))
        return
    yield Step(other.handshake, "negotiated", line.negotiated(ours, pages))
    if pages is None or not (wanted := pages[ours.first : _end(ours)]):
        code = results.NO_FILE if pages is None else results.NO_PAGE
        yield Step(0, "over", line.result(code, 0, 0))
        return
    total = len(pages) if ours.sends else len(wanted)
    if not other.fine and ours.sends and any(page.fine for page in wanted):
        yield Step(0, "over", line.result(results.NO_FINE, 0, total))
        return
    yield from _pages(ours, other, line, wanted, total)


def dropped(
    ours: Settings, other: FaxMachine | None, pages: Sequence[Page] | None, last: Step | None
) -> dict[str, str]:
    """What is said when the call ends after a step (None: before the first)."""
    line = _Line.of(ours, other if last else None)
    total = 0 if last is None or pages is None else len(pages)
    return line.result(results.DROPPED, last.pages if last else 0, total)


def _end(ours: Settings) -> int | None:
    return None if ours.last is None else ours.last + 1


def _pages(
    ours: Settings, other: FaxMachine, line: "_Line", wanted: Sequence[Page], total: int
) -> Iterator[Step]:
    fails = _fails(other, line)
    for done, page in enumerate(wanted):
        if fails == done:
            end: Phase = "hangup" if other.code == results.DROPPED else "over"
            yield Step(other.page / 2, end, line.result(other.code, done, total, page), done)
            return
        known = total if ours.sends else 0
        yield Step(other.page, "page", line.page(page, done + 1, known), done + 1)
    yield Step(
        GOODBYE, "over", line.result(results.OK, len(wanted), total, wanted[-1]), len(wanted)
    )


def _fails(other: FaxMachine, line: "_Line") -> int | None:
    """After how many pages the session fails; None: it does not."""
    if other.troubles:
        return (other.breaks or 0) if other.troubles & line.uses else None
    return other.breaks


@dataclass(frozen=True, slots=True)
class _Line:
    """What both agreed on."""

    ours: str
    theirs: str
    t38: str
    ecm: bool
    rate: int

    @classmethod
    def of(cls, ours: Settings, other: FaxMachine | None) -> Self:
        if other is None:
            return cls(ours.ident, "", "refused" if ours.asks else "off", False, 14400)
        t38 = "off"
        if ours.t38 and other.t38:
            t38 = "negotiated"
        elif ours.asks:
            t38 = "refused"
        rate = 14400 if ours.v17 and other.v17 else 9600
        return cls(ours.ident, other.station_id, t38, ours.ecm and other.ecm, rate)

    @property
    def uses(self) -> frozenset[str]:
        """What the line must stand."""
        parts = {"t38": self.t38 == "negotiated", "ecm": self.ecm, "v17": self.rate > 9600}
        return frozenset(name for name, used in parts.items() if used)

    def negotiated(self, ours: Settings, pages: Sequence[Page] | None) -> dict[str, str]:
        """Phase B."""
        found = {"fax_transfer_rate": str(self.rate)}
        if ours.sends:
            # The file is opened after that only: nobody has counted yet.
            found["fax_document_total_pages"] = "0"
        return found | self._both()

    def page(self, page: Page, done: int, total: int) -> dict[str, str]:
        """Phase D."""
        found = _image(page) | {"fax_document_transferred_pages": str(done)}
        return found | ({"fax_document_total_pages": str(total)} if total else {})

    def result(self, code: int, done: int, total: int, page: Page | None = None) -> dict[str, str]:
        """Phase E."""
        image = _image(page)
        return {
            "fax_success": "0" if code else "1",
            "fax_result_code": str(code),
            "fax_result_text": results.TEXTS.get(code, "???"),
            **self._both(),
            "fax_document_transferred_pages": str(done),
            "fax_document_total_pages": str(total),
            **{name: image[name] for name in ("fax_image_resolution", "fax_image_size")},
            "fax_bad_rows": "0",
            "fax_transfer_rate": str(self.rate),
        }

    def _both(self) -> dict[str, str]:
        return {
            "fax_ecm_used": "on" if self.ecm else "off",
            "fax_t38_status": self.t38,
            "fax_local_station_id": self.ours,
            "fax_remote_station_id": self.theirs,
        }


def _image(page: Page | None) -> dict[str, str]:
    if page is None:
        return {"fax_image_resolution": "0x0", "fax_image_size": "0"}
    dots, size = f"{page.across}x{page.down}", f"{page.width}x{page.length}"
    return {
        "fax_image_resolution": dots,
        "fax_file_image_resolution": dots,
        "fax_image_pixel_size": size,
        "fax_file_image_pixel_size": size,
        "fax_image_size": str(page.size),
        "fax_bad_rows": "0",
        "fax_longest_bad_row_run": "0",
        "fax_encoding": "4",
        "fax_encoding_name": "T.6",
    }
