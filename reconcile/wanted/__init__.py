"""What a generation's folder wants of the switch.

```python
want = wanted(generation.folder)                 # reads what has a name on the switch
want = wanted(next_one.folder, before=want)      # reads only the files that are not the same
```
"""

import json
from pathlib import Path

from dialform.compiler.digests import digest
from dialform.reconcile.wanted.reading import music_files, reader
from dialform.reconcile.wanted.resources import (
    Domain,
    Gateway,
    Part,
    Profile,
    Queue,
    Resources,
)

__all__ = ["Domain", "Gateway", "Part", "Profile", "Queue", "Resources", "wanted"]


_INDEXES = "phones/tenants/"


def wanted(folder: Path, before: Resources | None = None) -> Resources:
    """What the configuration in a host's compiled folder wants.

    `before` are those of another generation: files with the same digest are not read again. Raises
    OSError and ValueError where the folder is none, or damaged.
    """
    manifest = json.loads((folder / "manifest.json").read_bytes())
    files = manifest["files"]
    known = before.parts if before else {}
    parts: dict[str, Part] = {}
    for path, file in files.items():
        read = reader(path)
        if read is None:
            continue
        part = known.get(path)
        if part is None or part.sha256 != file["sha256"]:
            part = read(file["sha256"], (folder / path).read_text("utf-8"), path)
        parts[path] = part
    songs = music_files(files)
    every = list(parts.values())
    boot = {path: one for part in every for path, one in part.boot.items()}
    return Resources(
        revision=manifest["revision"],
        gateways={name: one for part in every for name, one in part.gateways.items()},
        profiles={name: one for part in every for name, one in part.profiles.items()},
        queues={name: one for part in every for name, one in part.queues.items()},
        tiers=frozenset(tier for part in every for tier in part.tiers),
        streams={
            name: digest(one, songs.get(name, ""))
            for part in every
            for name, one in part.streams.items()
        },
        domains={name: one for part in every for name, one in part.domains.items()},
        modules=tuple(name for part in every for name in part.modules),
        acl=digest(*(part.acl for part in every if part.acl)),
        voicemail=digest(*(part.voicemail for part in every if part.voicemail)),
        boot=boot | {"boot": digest(json.dumps(manifest.get("boot", [])))},
        indexes={
            path.removeprefix(_INDEXES).removesuffix(".json"): file["sha256"]
            for path, file in files.items()
            if path.startswith(_INDEXES)
        },
        folder=str(folder),
        parts=parts,
    )
