"""What the pages of some kinds show besides: the flow as a picture, sounds to listen to."""

import base64
from typing import Any

from dialform.compiler.pictures.boxes import id_of
from dialform.compiler.pictures.graph import flow_graph, reachable
from dialform.compiler.pictures.svg import svg
from dialform.console.forms.references import media_of
from dialform.console.objects.detail import PARTS
from dialform.console.objects.where import Where

_BOXES = {
    "ivr-menus": "ivr", "inbound-routes": "did", "ring-groups": "ring_group", "call-queues": "queue",
}  # fmt: skip
"""Kinds whose flow is drawn, and what they are as boxes of the picture."""


async def flow_part(place: Where, key: str) -> dict[str, Any]:
    """What a call can come to from here, drawn: an SVG as an address, since a page may hold no styles."""
    return {"picture": await place.context.ground.off(_picture, place, key)}


def _picture(place: Where, key: str) -> str:
    assert place.scope is not None
    tenant = place.scope.tenant
    whole = flow_graph(tenant, whole=True)
    start = id_of(tenant, _BOXES[place.kind.name], key)
    if start not in whole.boxes:
        return ""
    drawn = svg(reachable(whole, [start]))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


async def sounds_part(place: Where, key: str) -> dict[str, Any]:
    """The files of music on hold, to listen to."""
    model = place.models().get(key)
    known = set(media_of(place.scope)) if place.scope else set()
    return {"sounds": [path for path in model.files if path in known] if model else []}


async def device_part(place: Where, key: str) -> dict[str, Any]:
    """How a phone is set up; its address is shown on a page of its own (`access.py`)."""
    model = place.models().get(place.model_key(key))
    fetches = model is not None and model.vendor != "webphone"
    return {"fetches": fetches, "may": place.visitor.manages}


PARTS.update(
    {
        **dict.fromkeys(_BOXES, ("objects/flow.html", flow_part)),
        "music": ("objects/sounds.html", sounds_part),
        "devices": ("objects/device.html", device_part),
    }
)
