"""Many tenants looked at in a process of their own, so that the portal goes on answering meanwhile.

    python -m dialform.console.saving.surveyor REPOSITORY SUBFOLDER COMMIT FILE

writes what it finds to a file of the portal's own folder, where the next start of the portal finds it, too.
"""

import hmac
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dialform.compiler.check import Run
from dialform.compiler.platform import load_platform
from dialform.compiler.secrets import open_store
from dialform.compiler.stamp import compiler_digest
from dialform.compiler.unit import Context, TenantResult
from dialform.console.errors import Away
from dialform.console.saving.objects import Blobs, Files, tree_at
from dialform.console.saving.place import Place
from dialform.reconcile import durable
from dialform.values import dataclass

LONGEST = 1800.0
"""Seconds that it may take."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The names of a commit's contents, and each tenant's result."""

    contents: Mapping[str, str]
    results: Mapping[str, TenantResult]


def surveyed(blobs: Blobs, commit: str) -> Surveyed:
    """All tenants of a commit, over as many processes as there are cores. Raises GitError."""
    tree = tree_at(blobs, commit)
    files = tree.files
    assert isinstance(files, Files)
    run = Run(tree, open_store(None, {}))
    platform = load_platform(tree, run.read)
    context = Context(platform.view, run.store, run.head, infos=False)
    results = {one.slug: one for one in run.tenants(sorted(tree.tenants), context)}
    return Surveyed({path: files.blobs[path] for path in tree.entries}, results)


def survey(blobs: Blobs, commit: str, file: Path) -> Surveyed:
    """The same by a process of its own. Raises Away."""
    where = (str(blobs.folder), blobs.place.folder)
    asked = [sys.executable, "-m", __name__, *where, commit, str(file)]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        done = subprocess.run(asked, check=False, timeout=LONGEST, capture_output=True)
    except (OSError, subprocess.TimeoutExpired):
        raise Away("The site cannot be checked now: try again in a while.") from None
    found = remembered(file) if done.returncode == 0 else None
    if found is None:
        raise Away("The site cannot be checked now: an administrator finds why in the log.")
    return found


def remembered(file: Path) -> Surveyed | None:
    """What was found before by the same compiler; None for anything else."""
    try:
        if file.stat().st_uid != os.getuid() or file.stat().st_mode & 0o077:
            return None
        raw = file.read_bytes()
        digest, _, body = raw.partition(b"\n")
        if not hmac.compare_digest(digest, compiler_digest().encode()):
            return None
        found = pickle.loads(body)  # noqa: S301 - a file of our own, nobody else's to write
    except (OSError, ValueError, EOFError, AttributeError, ImportError, pickle.PickleError):
        return None
    return found if isinstance(found, Surveyed) else None


def keep(file: Path, found: Surveyed) -> None:
    """Remember it. Raises OSError."""
    durable.write(file, compiler_digest().encode() + b"\n" + pickle.dumps(found))


def main(arguments: Sequence[str]) -> int:
    """The process."""
    folder, subfolder, commit, file = arguments
    os.nice(5)
    found = surveyed(Blobs(Path(folder), Place(subfolder)), commit)
    # By its name in the package: here it is `__main__`.
    from dialform.console.saving import surveyor

    keep(Path(file), surveyor.Surveyed(found.contents, found.results))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
