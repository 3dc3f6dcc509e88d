"""The call flow as a picture, and the picture of a flow that a change touches."""

from collections import defaultdict, deque

from dialform.compiler.pictures.boxes import KINDS, Box
from dialform.compiler.pictures.dot import dot
from dialform.compiler.pictures.flowgraph import Arrow, Graph, flow_graph, part, reachable
from dialform.compiler.pictures.mermaid import mermaid
from dialform.schema.tenant import Tenant

__all__ = ["Arrow", "Box", "Graph", "dot", "flow_graph", "mermaid", "picture", "reachable"]

MOST_BOXES = 40
"""What still reads well in a comment; of a larger flow the boxes nearest to the change are drawn."""


def picture(before: Tenant | None, after: Tenant | None) -> str:
    """A Mermaid flowchart of what leads to the changed parts of a flow, and of what follows them.

    What is new, changed and removed is marked. Empty where the picture of the flow stays the same; a
    change that none shows (a password, a mail address) is none of the flow.
    """
    old = flow_graph(before) if before is not None else Graph({}, ())
    new = flow_graph(after) if after is not None else Graph({}, ())
    marks, marked = _boxes(old, new), _arrows(old, new)
    touched = {*marks, *(end for arrow in marked for end in (arrow.source, arrow.target))}
    if not touched:
        return ""
    both = _together(old, new, marked)
    kept = _around(both, touched)
    left_out = len(_around(both, touched, len(both.boxes))) - len(kept)
    drawn = mermaid(part(both, kept), marks, marked)
    if left_out:
        drawn += f'  more["and {left_out} more behind these"]\n'
    return drawn


def _boxes(old: Graph, new: Graph) -> dict[str, str]:
    marks = {}
    for key in old.boxes.keys() | new.boxes.keys():
        if key not in new.boxes:
            marks[key] = "removed"
        elif key not in old.boxes:
            marks[key] = "added"
        elif (old.boxes[key].kind, old.boxes[key].lines) != (
            new.boxes[key].kind,
            new.boxes[key].lines,
        ):
            marks[key] = "changed"
    return marks


def _arrows(old: Graph, new: Graph) -> dict[Arrow, str]:
    """An arrow is known by its ends; one that has another label is changed."""
    was = {(a.source, a.target, a.style == "rings"): a for a in old.arrows}
    marked = {}
    for arrow in new.arrows:
        before = was.pop((arrow.source, arrow.target, arrow.style == "rings"), None)
        if before is None:
            marked[arrow] = "added"
        elif before.labels != arrow.labels:
            marked[arrow] = "changed"
    marked |= dict.fromkeys(was.values(), "removed")
    return marked


def _together(old: Graph, new: Graph, marked: dict[Arrow, str]) -> Graph:
    order = {kind: place for place, kind in enumerate(KINDS)}
    boxes = sorted(
        (old.boxes | new.boxes).values(), key=lambda box: (order[box.kind], box.key, box.id)
    )
    gone = tuple(arrow for arrow in old.arrows if marked.get(arrow) == "removed")
    return Graph({box.id: box for box in boxes}, (*new.arrows, *gone))


def _around(graph: Graph, touched: set[str], most: int = MOST_BOXES) -> set[str]:
    """The touched boxes with what leads to them and what follows, the nearest first."""
    near: dict[bool, dict[str, list[str]]] = {True: defaultdict(list), False: defaultdict(list)}
    for arrow in graph.arrows:
        near[True][arrow.source].append(arrow.target)
        near[False][arrow.target].append(arrow.source)
    waiting = deque((box, forth) for box in sorted(touched) for forth in (False, True))
    seen = set(waiting)
    kept = set(touched)
    while waiting:
        box, forth = waiting.popleft()
        for other in near[forth][box]:
            if (other, forth) not in seen and (other in kept or len(kept) < most):
                seen.add((other, forth))
                kept.add(other)
                waiting.append((other, forth))
    return kept
