"""rxfax, txfax: only their results. A fax of a scene goes through, unless somebody hangs up."""

from __future__ import annotations

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel, InterruptedCallError
from dialform.simulator.journal import Place

LENGTH = 30.0
"""Seconds that a page takes."""


@application("rxfax", media=True)
async def rxfax(channel: Channel, data: str, place: Place | None) -> None:
    """Receives a page into a file."""
    await _fax(channel, data, place, "rxfaxresult")


@application("txfax", media=True)
async def txfax(channel: Channel, data: str, place: Place | None) -> None:
    """Sends a page from a file."""
    await _fax(channel, data, place, "txfaxresult")


async def _fax(channel: Channel, file: str, place: Place | None, event: str) -> None:
    switch = channel.switch
    name = channel.get("dialform_fax") or channel.get("dialform_object") or file
    switch.journal.visit(channel, "fax", name, place)
    try:
        await channel.wait(LENGTH)
    except InterruptedCallError:
        # spandsp ends its session with the channel, and says so (t30_terminate, phase E).
        _tell(channel, event, _DROPPED)
        raise
    _tell(channel, event, _THROUGH)


def _tell(channel: Channel, event: str, facts: dict[str, str]) -> None:
    for name, value in facts.items():
        channel.set(name, value)
    channel.switch.fire(channel, "CUSTOM", {"Event-Subclass": f"spandsp::{event}"} | facts)


_THROUGH = {
    "fax_success": "1",
    "fax_result_code": "0",
    "fax_result_text": "OK",
    "fax_document_total_pages": "1",
    "fax_document_transferred_pages": "1",
    "fax_ecm_used": "on",
    "fax_transfer_rate": "14400",
}
_DROPPED = _THROUGH | {
    "fax_success": "0",
    "fax_result_code": "49",
    "fax_result_text": "The call dropped prematurely",
    "fax_document_total_pages": "0",
    "fax_document_transferred_pages": "0",
}
