"""A call flow in Mermaid's words, which GitHub, GitLab and many editors draw.

Sources: mermaid.js.org, "Flowcharts"; what must not stand in a text as it is was read in
`packages/mermaid/src/utils.ts` (`encodeEntities`) and `rendering-util/createText.ts`: a label is read as
Markdown first, then its `#…;` become characters, and the outcome is HTML.
"""

import re
from collections.abc import Mapping

from dialform.compiler.pictures.boxes import Box
from dialform.compiler.pictures.flowgraph import Arrow, Graph

_SHAPES = {
    "did": ("([", "])"), "schedule": ("{{", "}}"), "ivr": ("[/", "\\]"), "ring_group": ("[[", "]]"),
    "queue": ("[[", "]]"), "extension": ("(", ")"), "voicemail": ("[(", ")]"),
    "external": ("([", "])"), "hangup": ("([", "])"), "play": ("([", "])"),
}  # fmt: skip
_ARROWS = {"goes": "-->", "pressed": "-->", "rings": "-.->"}

COLOURS = {
    "did": ("#dbeafe", "#2563eb"), "schedule": ("#fef3c7", "#d97706"), "ivr": ("#ede9fe", "#7c3aed"),
    "ring_group": ("#dcfce7", "#16a34a"), "queue": ("#d1fae5", "#059669"),
    "extension": ("#f8fafc", "#64748b"), "voicemail": ("#e2e8f0", "#475569"),
    "conference": ("#fae8ff", "#c026d3"), "fax": ("#e0f2fe", "#0284c7"),
    "paging": ("#ffedd5", "#ea580c"), "external": ("#cffafe", "#0891b2"),
    "play": ("#f1f5f9", "#64748b"), "hangup": ("#fee2e2", "#dc2626"),
    "missing": ("#ffffff", "#dc2626"),
}  # fmt: skip
"""Kind of box → its colour and that of its border. All pictures have the same."""

MARKS = {
    "changed": "stroke:#ca8a04,stroke-width:4px",
    "added": "stroke:#16a34a,stroke-width:4px",
    "removed": "stroke:#dc2626,stroke-width:2px,stroke-dasharray:6 4,opacity:0.6",
}
"""How a box is drawn that a change touches."""
_MARKED_ARROWS = {
    "added": "stroke:#16a34a,stroke-width:3px",
    "changed": "stroke:#ca8a04,stroke-width:3px",
    "removed": "stroke:#dc2626,stroke-dasharray:6 4",
}


def mermaid(
    graph: Graph,
    marks: Mapping[str, str] | None = None,
    marked: Mapping[Arrow, str] | None = None,
) -> str:
    """The graph as a flowchart. `marks` are box ids, `marked` arrows, each with what happened to it."""
    marks, marked = marks or {}, marked or {}
    names = _named(graph)
    lines = ["flowchart LR"]
    lines += [f"  {names[box.id]}{_box(box)}" for box in graph.boxes.values()]
    lines += [
        f"  {names[arrow.source]} {_arrow(arrow)} {names[arrow.target]}" for arrow in graph.arrows
    ]
    for kind in dict.fromkeys(box.kind for box in graph.boxes.values()):
        fill, border = COLOURS[kind]
        lines.append(f"  classDef {kind} fill:{fill},stroke:{border},color:#111827")
    for mark in dict.fromkeys(marks[box] for box in graph.boxes if box in marks):
        lines.append(f"  classDef {mark} {MARKS[mark]}")
        boxes = ",".join(names[box] for box in graph.boxes if marks.get(box) == mark)
        lines.append(f"  class {boxes} {mark}")
    for index, arrow in enumerate(graph.arrows):
        if arrow in marked:
            lines.append(f"  linkStyle {index} {_MARKED_ARROWS[marked[arrow]]}")
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    begin, end = _SHAPES.get(box.kind, ("[", "]"))
    text = "<br/>".join(escape(line) for line in box.lines)
    return f'{begin}"{text}"{end}:::{box.kind}'


def _arrow(arrow: Arrow) -> str:
    return _ARROWS[arrow.style] + (f'|"{escape(arrow.label)}"|' if arrow.labels else "")


def _named(graph: Graph) -> dict[str, str]:
    """An id of letters, digits and `_` for each box."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for box in graph.boxes:
        name = base = re.sub(r"[^A-Za-z0-9]+", "_", box)
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        names[box] = name
    return names


# A letter or digit means nothing anywhere. `-` and `+` begin a list only before a blank, so before a
# letter or digit they stand as they are, and numbers and times stay readable in the source.
_SAFE = re.compile(r"[^\W_]|[ ,()']|[-+](?=[^\W_])")
_DECODED = "ﬂ¶"
"""What Mermaid itself writes for an entity while it works."""


def escape(text: str) -> str:
    """A text as a label shows it: every character that Mermaid, Markdown or HTML would act on is written
    by its number.
    """
    text = " ".join(text.split())
    return re.sub(
        r"(?s).",
        lambda f: (
            f[0] if _SAFE.match(text, f.start()) and f[0] not in _DECODED else f"#{ord(f[0])};"
        ),
        text,
    )
