"""What the pages of some kinds show besides: the flow as a picture, sounds to listen to."""

from typing import Any

from markupsafe import Markup

from dialform.compiler.pictures.boxes import Box, id_of
from dialform.compiler.pictures.graph import Graph, flow_graph, reachable
from dialform.compiler.pictures.svg import inline
from dialform.console.forms.choices import chosen
from dialform.console.forms.references import media_of
from dialform.console.objects.detail import PARTS
from dialform.console.objects.related import path_of
from dialform.console.objects.where import Where
from dialform.values import replace

_BOXES = {
    "ivr-menus": "ivr", "inbound-routes": "did", "ring-groups": "ring_group", "call-queues": "queue",
}  # fmt: skip
"""Kinds whose flow is drawn, and what they are as boxes of the picture."""


async def flow_part(place: Where, key: str) -> dict[str, Any]:
    """What a call can come to from here, drawn; what one may look at is a link."""
    return {"picture": await place.context.ground.off(_picture, place, key)}


def _picture(place: Where, key: str) -> Markup:
    assert place.scope is not None
    tenant = place.scope.tenant
    whole = flow_graph(tenant, whole=True)
    start = id_of(tenant, _BOXES[place.kind.name], key)
    if start not in whole.boxes:
        return Markup("")
    # What a phone does that nobody answers stands at that phone: so the picture can be read.
    onward = tuple(one for one in whole.arrows if not one.source.startswith("extension:"))
    graph = reachable(Graph(whole.boxes, onward), [start])
    boxes = {name: _spoken(box) for name, box in graph.boxes.items()}
    ways = {name: way for name, box in boxes.items() if name != start and (way := _way(place, box))}
    name = f"Where calls go from {place.kind.named(key)}; the list below says the same"
    return Markup(inline(Graph(boxes, graph.arrows), name, ways))  # noqa: S704 - `inline` escapes


def _spoken(box: Box) -> Box:
    """A box whose last line, how it rings, is in the words of the form."""
    field = {"ring_group": "RingGroup.strategy", "queue": "CallQueue.strategy"}.get(box.kind)
    if field is None:
        return box
    word = box.lines[-1].replace(" ", "_") if box.kind == "ring_group" else box.lines[-1]
    return replace(box, lines=(*box.lines[:-1], chosen(field, word)))


def _way(place: Where, box: Box) -> str:
    """The address of a box's object; "" where it is none, or none to look at."""
    path = path_of(place, box.kind, box.key)
    return place.context.url(path) if path else ""


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
