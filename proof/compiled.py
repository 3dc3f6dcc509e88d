"""The compiled files that a proof is made on: those that were released, or private ones.

What lies in `out/` is used as long as it is what the site says. Else the site is compiled into a folder
of its own, `out/.proof`; what was released is never touched.
"""

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.compiler.stamp import FOLDER, Stamp
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.tree import Tree
from dialform.values import dataclass, replace

if TYPE_CHECKING:
    from dialform.compiler.secrets import SecretStore

PROOF = ".proof"
_FEW = 24
"""With fewer tenants than this, all of them are compiled."""


class SiteError(Exception):
    """The site has errors, so that nothing can be compiled."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} errors")
        self.diagnostics = list(diagnostics)


@dataclass(frozen=True, slots=True)
class Options:
    """Where the site was compiled to, and with what it is compiled where that is out of date."""

    out: Path
    store: "Callable[[], SecretStore]"
    secrets: Path | None = None
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A folder with compiled hosts; `why` says why it is not the released one, empty where it is."""

    folder: Path
    why: str = ""

    def conf(self, host: str) -> Path:
        """The switch's configuration folder of a host."""
        return self.folder / host / "freeswitch"

    def hosts(self, order: Sequence[str], slug: str = "") -> list[str]:
        """The hosts that were compiled, in this order; only those that a tenant lives on."""
        names = [path.parent.name for path in sorted(self.folder.glob("*/manifest.json"))]
        found = [name for name in names if not name.startswith(".")]
        found.sort(key=lambda name: order.index(name) if name in order else len(order))
        if not slug:
            return found
        return [host for host in found if (self.conf(host) / "tenants" / slug).is_dir()]


def compiled(tree: Tree, options: Options, wanted: Callable[[], Collection[str]]) -> Compiled:
    """The compiled files of a site. `wanted` names the tenants that are needed, asked at need.

    Raises SiteError where the site has errors, OSError where nothing can be written.
    """
    why = Stamp(options.out).why_other_calls(tree)
    if not why:
        return Compiled(options.out)
    base = _base(tree.root, options.out)
    if not Stamp(base / "all").why_other_calls(tree):
        return Compiled(base / "all", why)
    folder, part = base / "all", tree
    if len(tree.tenants) >= _FEW and (some := set(wanted()) & tree.tenants.keys()) != set(
        tree.tenants
    ):
        folder, part = base / "some", restricted(tree, some)
        if not Stamp(folder).why_other_calls(part):
            return Compiled(folder, why)
    _compile(part, folder, options)
    return Compiled(folder, why)


def restricted(tree: Tree, slugs: Collection[str]) -> Tree:
    """The site with these tenants alone, and without its call tests."""
    tenants = {slug: paths for slug, paths in tree.tenants.items() if slug in slugs}
    left_out = {p for slug, paths in tree.tenants.items() if slug not in slugs for p in paths}
    left_out |= set(tree.calls)
    entries = {path: entry for path, entry in tree.entries.items() if path not in left_out}
    return replace(tree, entries=entries, tenants=tenants, calls=[])


def mentioning(tree: Tree, *numbers: str) -> set[str]:
    """The tenants whose files hold the digits of one of these numbers."""
    digits = [part.encode() for n in numbers if (part := "".join(filter(str.isdigit, n))[-9:])]
    found = set()
    for slug, paths in tree.tenants.items():
        for path in paths:
            try:
                content = tree.read(path)
            except OSError:
                continue
            if any(one in content for one in digits):
                found.add(slug)
    return found


def _base(root: Path, out: Path) -> Path:
    """The folder for proofs: in `out`, or where that is not ours to write, a private one."""
    nearest = next(folder for folder in (out, *out.parents) if folder.exists())
    if os.access(nearest, os.W_OK):
        return out / PROOF
    import tempfile

    name = f"dialform-proof-{os.getuid()}"
    private = Path(tempfile.gettempdir()) / name
    private.mkdir(mode=0o700, exist_ok=True)
    status = private.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or private.is_symlink():
        raise PermissionError(13, "it is not this user's alone", str(private))
    return private / str(root.resolve()).strip("/").replace("/", "-")


def _compile(tree: Tree, folder: Path, options: Options) -> None:
    # Late: a proof on what was released needs no models.
    from dialform.compiler import build
    from dialform.compiler.check import Run
    from dialform.renderers import freeswitch

    run = Run(tree, options.store(), 0, options.progress)
    freeswitch.remember_templates(folder / FOLDER / "templates")
    outcome = build.build(run, freeswitch, build.Options(folder, options.secrets))
    if not outcome.released:
        errors = [d for d in outcome.diagnostics if d.severity is Severity.ERROR]
        raise SiteError(errors)
