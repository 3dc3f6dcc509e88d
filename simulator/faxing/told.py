"""What mod_spandsp says of a session: channel variables, and events with the same values.

After the handlers of phases B, D and E in mod_spandsp_fax.c: which headers, in which order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dialform.simulator.faxing.session import Phase, Settings

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel

_EVENTS: dict[Phase, str] = {
    "negotiated": "faxnegociateresult",
    "page": "faxpageresult",
    "over": "faxresult",
}
_HEADERS: dict[Phase, tuple[str, ...]] = {
    "negotiated": (
        "uuid", "fax-transfer-rate", "fax-ecm-used", "fax-t38-status", "fax-local-station-id",
        "fax-remote-station-id", "fax-remote-country", "fax-remote-vendor", "fax-remote-model",
        "fax-document-total-pages",
    ),
    "page": (
        "uuid", "fax-document-transferred-pages", "fax-document-total-pages",
        "fax-image-resolution", "fax-file-image-resolution", "fax-image-size",
        "fax-image-pixel-size", "fax-file-image-pixel-size", "fax-bad-rows",
        "fax-longest-bad-row-run", "fax-encoding", "fax-encoding-name",
    ),
    "over": (
        "fax-success", "fax-result-code", "fax-result-text", "fax-document-transferred-pages",
        "fax-document-total-pages", "fax-image-resolution", "fax-image-size", "fax-bad-rows",
        "fax-transfer-rate", "fax-ecm-used", "fax-t38-status", "fax-local-station-id",
        "fax-remote-station-id",
    ),
}  # fmt: skip
_SENDERS = "fax-document-total-pages"
"""Only a sender knows how many there will be; a receiver says so at the end."""


def begin(channel: Channel, ours: Settings, file: str) -> None:
    """What is set before anything is heard (`spanfax_init`)."""
    channel.set("fax_v17_disabled", "0" if ours.v17 else "1")
    channel.set("fax_ecm_requested", "1" if ours.ecm else "0")
    channel.set("fax_filename", file)


def tell(channel: Channel, ours: Settings, phase: Phase, variables: Mapping[str, str]) -> None:
    """Sets the variables and tells the phase's event."""
    for name, value in variables.items():
        channel.set(name, value)
    values = {name.replace("_", "-"): value for name, value in variables.items()}
    values["uuid"] = channel.uuid
    way = "tx" if ours.sends else "rx"
    facts = {
        name: values.get(name, "")
        for name in _HEADERS[phase]
        if ours.sends or phase == "over" or name != _SENDERS
    }
    kind = {"Event-Subclass": f"spandsp::{way}{_EVENTS[phase]}"}
    channel.switch.fire(channel, "CUSTOM", kind | facts)
