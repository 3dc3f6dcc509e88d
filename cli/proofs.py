"""What `trace` and `test` share: the compiled files, the tenant that is meant, colours, messages."""

import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common
from dialform.cli.reporters import wants_colour
from dialform.schema.tree import Tree

if TYPE_CHECKING:
    from dialform.proof.compiled import Compiled

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
_MOST_NAMED = 12


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


def nearest(name: str, known: Collection[str]) -> str:
    """` Did you mean 'x'?`, or what there is; empty where that is nothing."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" There is {named(known)}." if known else ""


def named(names: Collection[str]) -> str:
    """`acme, nordlicht and 12 more`."""
    shown = sorted(names)[:_MOST_NAMED]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def dress(stream: Any) -> Callable[[str, str], str]:
    """Colours on a terminal, none in a pipe."""
    if not wants_colour(stream, os.environ):
        return lambda text, _: text
    return lambda text, role: click.style(text, **_STYLES.get(role, {}))
