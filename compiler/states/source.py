"""What a host's folder was compiled from, beside what came of it: the platform's part."""

from collections.abc import Iterable
from pathlib import Path

from dialform.compiler.cache import KeptHost
from dialform.compiler.keys import Keys
from dialform.compiler.release import Released, Stage
from dialform.compiler.resolved import Artifact
from dialform.compiler.stamp import SITE, signature
from dialform.schema.tree import Tree

_TENANTS, _MEDIA = "tenants.d/", "media/"


def platform_source(
    stage: Stage, tree: Tree, media: Iterable[str], keys: Keys, kept: KeptHost | None
) -> KeptHost:
    """Write the platform's files of a site, and the sound files that the host's tenants use.

    The tenants' own files are written with the tenants. What is there already is linked.
    """
    here = {path for path in tree.entries if not path.startswith((_TENANTS, _MEDIA))}
    here.update(path for path in media if tree.has(path))
    known = {one.path: one for one in kept.files} if kept else {}
    marks = {path: keys.file(path) for path in sorted(here)}
    files = []
    for path, mark in marks.items():
        target = f"{SITE}/{path}"
        same = kept is not None and kept.drafts.get(path) == mark
        one = known.get(target) if same else None
        if one is not None and _stands(stage.final, one):
            stage.take(f"{stage.final}/{target}", one)
        else:
            secret = not path.startswith(_MEDIA)
            one = stage.write(Artifact(target, "platform", copy_of=path, secret=secret))
        files.append(one)
    return KeptHost("", files, marks)


def _stands(folder: Path, one: Released) -> bool:
    return signature(f"{folder}/{one.path}") == one.signature
