"""`dialform graph`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.cli.inventory import TenantFiles
    from dialform.compiler.pictures.flowgraph import Graph
    from dialform.schema.tenant import Tenant
    from dialform.schema.tree import Tree

FORMATS = ("mermaid", "svg", "dot", "json")
_SUFFIXES = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".json": "json"}


@click.command("graph")
@click.argument("tenant", required=False)
@common.SITE
@click.option(
    "--format", "form", type=click.Choice(FORMATS),
    help="Default: what the name given with --out ends in, else mermaid.",
)  # fmt: skip
@click.option(
    "--from", "start", metavar="NUMBER", help="Only what a call to this number can reach."
)
@click.option("--all", "whole", is_flag=True, help="Also the phones that no flow comes to.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it into this file."
)
def command(
    tenant: str | None,
    site: Path | None,
    form: str | None,
    start: str | None,
    whole: bool,
    out: Path | None,
) -> int:
    """Draw the call flow of TENANT: numbers, schedules, menus, groups, queues, and where calls end.

    TENANT may be left out where the site has just one. Solid arrows are where a call goes on, dashed
    ones who rings. SVG is drawn by Graphviz where it is installed. Whom people reach by dialling a
    number inside is not drawn.
    """
    root = common.site_root(site)
    from dialform.compiler.pictures.flowgraph import flow_graph, reachable
    from dialform.schema.tree import scan

    files = _read(scan(root), tenant)
    graph = flow_graph(files.model, whole=whole or start is not None)
    if start is not None:
        graph = reachable(graph, [_box(graph, files.model, start)])
    form = form or _SUFFIXES.get(out.suffix.lower() if out else "", "mermaid")
    drawn = _DRAWERS[form](graph, files)
    if out is None:
        click.echo(drawn, nl=False)
    else:
        try:
            out.write_text(drawn, "utf-8")
        except OSError as error:
            raise click.ClickException(f"cannot write {out}: {error.strerror}") from error
    if not files.whole:
        click.echo(
            f"{files.slug} has errors: what is broken is not drawn. `dialform validate` tells more.",
            err=True,
        )
        return Exit.INVALID_SITE
    return Exit.CLEAN


def _read(tree: "Tree", slug: str | None) -> "TenantFiles":
    from dialform.cli.inventory import read_tenant
    from dialform.compiler.scope import near

    if slug is None:
        if len(tree.tenants) != 1:
            names = ", ".join(sorted(tree.tenants)[:12]) or "none"
            raise click.UsageError(f"Which tenant? There are: {names}.")
        slug = next(iter(tree.tenants))
    if slug not in tree.tenants:
        hint = near(slug, tree.tenants)
        raise click.UsageError(f"There is no tenant '{slug}': {hint.rstrip('.')}")
    try:
        files = read_tenant(tree, slug)
    except OSError as error:
        raise click.ClickException(f"cannot read {error.filename}: {error.strerror}") from error
    if files is None:
        raise common.Unusable(
            f"Nothing of tenant '{slug}' can be read. `dialform validate` says why."
        )
    return files


def _box(graph: "Graph", tenant: "Tenant", number: str) -> str:
    """The box of a number, internal or of the tenant's own outside ones."""
    from dialform.compiler.scope import near

    starts = {box.key: box.id for box in reversed(graph.boxes.values()) if box.kind in _DIALLED}
    wanted = number.replace(" ", "")
    for spelling in (wanted, f"+{wanted}"):
        if spelling in starts:
            return starts[spelling]
    raise click.UsageError(f"Nothing has the number '{number}': {near(wanted, starts)}")


_DIALLED = frozenset(
    ("did", "ivr", "ring_group", "queue", "extension", "voicemail", "conference", "fax", "paging")
)


def _mermaid(graph: "Graph", files: "TenantFiles") -> str:
    from dialform.compiler.pictures.mermaid import mermaid

    return mermaid(graph)


def _dot(graph: "Graph", files: "TenantFiles") -> str:
    from dialform.compiler.pictures.dot import dot

    return dot(graph)


def _svg(graph: "Graph", files: "TenantFiles") -> str:
    from dialform.cli.graphviz import draw
    from dialform.compiler.pictures.dot import dot
    from dialform.compiler.pictures.svg import svg

    return draw(dot(graph)) or svg(graph)


def _json(graph: "Graph", files: "TenantFiles") -> str:
    """Boxes and arrows with the lines of the files that they come from."""
    place = files.document.place
    boxes = [
        {
            "id": box.id, "kind": box.kind, "key": box.key, "lines": list(box.lines),
            "file": (at := place(box.path, "key")).file, "line": at.line,
        }
        for box in graph.boxes.values()
    ]  # fmt: skip
    arrows = [
        {
            "from": arrow.source, "to": arrow.target, "labels": list(arrow.labels),
            "style": arrow.style, "file": (at := place(arrow.path)).file, "line": at.line,
        }
        for arrow in graph.arrows
    ]  # fmt: skip
    whole = {"tenant": files.slug, "boxes": boxes, "arrows": arrows}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


_DRAWERS: dict[str, Callable[["Graph", "TenantFiles"], str]] = {
    "mermaid": _mermaid, "svg": _svg, "dot": _dot, "json": _json,
}  # fmt: skip
