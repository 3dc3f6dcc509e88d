"""What `trace` and `test` share: the compiled files, the tenant that is meant, colours, messages."""

import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common
from dialform.cli.reporters import wants_colour
from dialform.compiler.nearby import named, nearest
from dialform.schema.tree import Tree

if TYPE_CHECKING:
    from dialform.proof.compiled import Compiled

__all__ = [
    "HOST", "OUT", "compiled_site", "dress", "known_host", "known_tenant", "named", "nearest",
]  # fmt: skip

OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the site was compiled to. Default: out/ of the site.",
)
HOST = click.option("--host", help="The host. Default: the first that the tenant lives on.")

_STYLES: dict[str, dict[str, Any]] = {
    "head": {"bold": True}, "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True}, "warn": {"fg": "yellow"}, "time": {"dim": True},
    "place": {"fg": "cyan"}, "dim": {"dim": True}, "text": {},
}  # fmt: skip


def compiled_site(
    tree: Tree, out: Path | None, secrets: Path | None, wanted: Callable[[], Collection[str]]
) -> "Compiled":
    """The compiled files of a site. One with errors ends the command, after its findings."""
    from dialform.proof.compiled import Options, SiteError, compiled

    folder = common.secrets_folder(secrets)
    target = (out or tree.root / "out").absolute()
    options = Options(target, lambda: common.store(folder), folder, common.progress("compiling"))
    try:
        return compiled(tree, options, wanted)
    except SiteError as error:
        common.report(tree.root, error.diagnostics, "text", stream=sys.stderr)
        raise common.Unusable("The site has errors: mend them first.") from None
    except OSError as error:
        where = error.filename or target
        raise click.ClickException(f"cannot write {where}: {error.strerror}") from error


def known_tenant(tree: Tree, slug: str) -> str:
    """The slug, if it is a tenant's; else a usage error names the nearest."""
    if slug not in tree.tenants:
        hint = nearest(slug, tree.tenants)
        raise click.UsageError(f"There is no tenant '{slug}'.{hint}")
    return slug


def known_host(compiled: "Compiled", order: Sequence[str], host: str | None) -> str:
    """The host, if it was compiled; empty where none was named."""
    if host and host not in (hosts := compiled.hosts(order)):
        raise click.UsageError(f"There is no host '{host}'.{nearest(host, hosts)}")
    return host or ""


def dress(stream: Any) -> Callable[[str, str], str]:
    """Colours on a terminal, none in a pipe."""
    if not wants_colour(stream, os.environ):
        return lambda text, _: text
    return lambda text, role: click.style(text, **_STYLES.get(role, {}))
