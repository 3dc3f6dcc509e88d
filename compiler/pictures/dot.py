"""A call flow in Graphviz's words.

Source: graphviz.org, "The DOT Language" and "Node Shapes: HTML-Like Labels". Graphviz looks for its
own `\\N` in labels of HTML too, after entities are read; a font ends what it looks at.
"""

from dialform.compiler.pictures.boxes import Box, one_line
from dialform.compiler.pictures.flowgraph import Arrow, Graph
from dialform.compiler.pictures.mermaid import COLOURS

_SHAPES = {
    "schedule": "hexagon", "ivr": "invtrapezium", "voicemail": "folder", "hangup": "octagon",
    "external": "cds",
}  # fmt: skip
_MARGIN = "0.16,0.08"
_MARGINS = {"hexagon": "0,0.03", "invtrapezium": "0,0.02"}
"""Slanted sides give a text enough room."""
_FONT = "Helvetica,Arial,sans-serif"
_HTML = {ord(c): f"&#{ord(c)};" for c in "&<>\"'[]{}\\"}


def dot(graph: Graph) -> str:
    """The graph as a digraph for `dot`."""
    lines = [
        "digraph flow {",
        '  graph [rankdir=LR, ranksep=0.7, nodesep=0.25, bgcolor="white", pad=0.2];',
        f'  node [shape=box, style="rounded,filled", fontname="{_FONT}", fontsize=12, margin="{_MARGIN}"];',
        f'  edge [fontname="{_FONT}", fontsize=10, color="#64748b", fontcolor="#334155", arrowsize=0.7];',
    ]
    lines += [f"  {_box(box)}" for box in graph.boxes.values()]
    lines += [f"  {_arrow(arrow)}" for arrow in graph.arrows]
    return "\n".join([*lines, "}"]) + "\n"


def _box(box: Box) -> str:
    fill, border = COLOURS[box.kind]
    first, *others = (_html(line) for line in box.lines)
    label = f"<b>{first}</b>" + "".join(
        f'<br/><font point-size="10" color="#475569">{line}</font>' for line in others
    )
    more = ""
    if shape := _SHAPES.get(box.kind):
        more = f', shape={shape}, style="filled", margin="{_MARGINS.get(shape, _MARGIN)}"'
    elif box.kind == "missing":
        more = ', style="rounded,dashed"'
    return (
        f"{_quoted(box.id)} [label=<{label}>, "
        f'fillcolor="{fill}", color="{border}", fontcolor="#111827"{more}];'
    )


def _arrow(arrow: Arrow) -> str:
    label = f"label=<{_html(arrow.label)}>" if arrow.labels else ""
    style = "style=dashed" if arrow.style == "rings" else ""
    details = ", ".join(part for part in (label, style) if part)
    return f"{_quoted(arrow.source)} -> {_quoted(arrow.target)}" + (
        f" [{details}];" if details else ";"
    )


def _html(text: str) -> str:
    return one_line(text).translate(_HTML).replace("&#92;", "<font>&#92;</font>") or " "


def _quoted(text: str) -> str:
    r"""An id. Inside of quotes `\` is kept as it is but before a quote or a line end, so it is doubled."""
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
