"""`dialform rename`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.cli.files import overwrite
from dialform.compiler.references import SITE_KINDS, TENANT_KINDS, Kind
from dialform.schema.tree import Tree

if TYPE_CHECKING:
    from dialform.cli.editing.renaming import Renaming

_ALSO = {"queues": "queue", "call_queue": "queue", "ivr_menu": "ivr", "mailbox": "voicemail",
         "did": "number", "music_on_hold": "music", "device_profile": "profile"}  # fmt: skip


@click.command("rename")
@click.argument("words", metavar="[TENANT] KIND OLD NEW", nargs=-1, required=True)
@common.SITE
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def command(words: tuple[str, ...], site: Path | None, dry_run: bool) -> int:
    """Give an object another number or name, wherever it is named.

    \b
    KIND of a tenant: extension, ring_group, queue, ivr, voicemail, conference, paging,
                      schedule, music, user, device, profile, contact, number
    KIND of the site: provider, route, package, plan, rate, tenant

    As in `dialform rename acme extension 1001 1101`. Only the names are written otherwise; comments and
    layout stay. Refused where the name is taken, or the site would have an error that it has not now.
    """
    root = common.site_root(site)
    from dialform.cli.editing.renaming import RenameError
    from dialform.schema.tree import scan

    tree = scan(root)
    tenant, kind, old, new = _words(tree, words)
    try:
        return _rename(tree, kind, tenant, old, new, dry_run)
    except RenameError as error:
        raise common.Unusable(f"{error}.") from None
    except OSError as error:
        raise click.ClickException(f"cannot read {error.filename}: {error.strerror}") from error


def _rename(tree: Tree, kind: Kind, tenant: str, old: str, new: str, dry_run: bool) -> int:
    from dialform.cli.editing.overlay import overlaid, worse
    from dialform.cli.editing.renaming import known_names, rename, spelling
    from dialform.compiler.scope import near

    same = spelling(kind, old, _country(tree, tenant))
    known = known_names(tree, kind, tenant)
    whose = f"{tenant} has" if tenant else "There is"
    if not any(map(same, known)):
        raise click.UsageError(f"{whose} no {kind.word} '{old}': {near(old, known)}")
    if same(new):
        raise click.UsageError(f"'{new}' is what it is called already.")
    if new in known:
        raise click.UsageError(f"{whose} {_a(kind.word)} '{new}' already.")
    made = rename(tree, kind, tenant, old, new, same)
    after = overlaid(tree, {file: pair[1] for file, pair in made.changed.items()}, made.moves)
    alone = tenant if not kind.whole and not tree.calls else ""
    errors, warnings = worse(tree, after, alone, lambda d: (d.code, d.message.replace(new, old)))
    if errors:
        common.report(tree.root, errors, "text")
        raise common.Unusable(f"{kind.word} {old} cannot be called {new}; nothing was changed.")
    _show(made, tree)
    if warnings:
        common.report(tree.root, warnings, "text")
    if not dry_run:
        _write(tree, made)
    _tell(made, kind, tenant, old, new, dry_run)
    return Exit.CLEAN


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiouAEIOU' else 'a'} {word}"


def _words(tree: Tree, words: tuple[str, ...]) -> tuple[str, Kind, str, str]:
    """The tenant (empty for what belongs to the site), the kind, the old and the new name."""
    from dialform.compiler.scope import near

    tenant, kind = "", ""
    if len(words) == 4:
        tenant, kind = words[0], words[1]
    elif len(words) == 3:
        kind = words[0]
    else:
        raise click.UsageError("Say what: [TENANT] KIND OLD NEW, as in acme extension 1001 1101.")
    kind = kind.replace("-", "_").lower()
    kind = _ALSO.get(kind, kind)
    old, new = words[-2:]
    if kind in SITE_KINDS:
        if tenant:
            raise click.UsageError(
                f"{_a(kind).capitalize()} belongs to the site: leave '{tenant}' out."
            )
        return "", SITE_KINDS[kind], old, new
    if kind not in TENANT_KINDS:
        every = [*TENANT_KINDS, *SITE_KINDS]
        raise click.UsageError(f"There is no kind '{kind}': {near(kind, every)}")
    if not tenant and len(tree.tenants) == 1:
        tenant = next(iter(tree.tenants))
    if not tenant:
        raise click.UsageError(f"Whose {TENANT_KINDS[kind].word}? Name the tenant before the kind.")
    if tenant not in tree.tenants:
        raise click.UsageError(f"There is no tenant '{tenant}': {near(tenant, tree.tenants)}")
    return tenant, TENANT_KINDS[kind], old, new


def _country(tree: Tree, tenant: str) -> str:
    from dialform.cli.inventory import read_tenant
    from dialform.compiler.platform import load_platform

    files = read_tenant(tree, tenant) if tenant else None
    if files is not None and files.model.country:
        return files.model.country
    view = load_platform(tree, tree.read).view
    return view.platform.country if view is not None else "US"


def _show(made: "Renaming", tree: Tree) -> None:
    from dialform.cli.editing.textdiff import diff

    for file, (before, after) in sorted(made.changed.items()):
        click.echo(diff(file, before.decode("utf-8-sig"), after.decode("utf-8-sig")))
    for source, target in sorted(made.moves.items()):
        click.echo(f"rename {source} -> {target}")


def _write(tree: Tree, made: "Renaming") -> None:
    for target in made.moves.values():
        if (tree.root / target).exists():
            raise click.ClickException(f"{target} is there already; nothing was changed.")
    for file, (_, after) in made.changed.items():
        overwrite(tree.root / file, after)
    for source, target in sorted(made.moves.items()):
        path = tree.root / target
        try:
            path.parent.mkdir(exist_ok=True)
            (tree.root / source).rename(path)
        except OSError as error:
            raise click.ClickException(f"cannot move {source}: {error.strerror}") from error
    for folder in {(tree.root / source).parent for source in made.moves}:
        if not any(folder.iterdir()):
            folder.rmdir()


def _tell(made: "Renaming", kind: Kind, tenant: str, old: str, new: str, dry_run: bool) -> None:
    places = f"{made.places} place{'' if made.places == 1 else 's'}"
    files = len(made.changed.keys() | made.moves.keys())
    would = "would be changed" if dry_run else "changed"
    click.echo(
        f"{kind.word} {old} -> {new}: {places} in {files} file{'' if files == 1 else 's'} {would}"
    )
    for file, line, text in made.left:
        click.echo(f"  look at {file}:{line}: '{text}' is left as it is")
    if kind.note:
        note = kind.note.format(tenant=tenant, old=old, new=new)
        click.echo(f"  once it is applied: {note}")
