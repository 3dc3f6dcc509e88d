"""Where the compiled files lie that a switch of this machine runs: the agent's state, or out/."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dialform.reconcile.endpoint import Endpoint, endpoint
from dialform.reconcile.generations import Generations
from dialform.reconcile.layout import Layout, default_state
from dialform.values import dataclass


class FoldersError(Exception):
    """Nothing that was compiled is to be found: one sentence, with the way out."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Compiled folders of one host: what is current first, then the older ones, newest first.

    `state` is the agent's state folder, None where they come from out/.
    """

    all: Sequence[Path]
    state: Path | None = None

    @property
    def current(self) -> Path:
        """What the switch is to run. `freeswitch/` and `manifest.json` lie in it."""
        return self.all[0]

    @property
    def conf(self) -> Path:
        """The configuration folder of the switch."""
        return self.current / "freeswitch"

    def endpoint(self) -> Endpoint:
        """Its event socket. Raises EndpointError."""
        return endpoint(self.all)


def find(state: Path | None, out: Path | None, host: str, environ: Mapping[str, str]) -> Folders:
    """The compiled folders: of the state folder where it has any, else of out/. Raises FoldersError.

    An empty `host` is the only one below out/.
    """
    root = (state or default_state(environ)).absolute()
    of_agent = list(_generations(root))
    if of_agent:
        return Folders(tuple(of_agent), root)
    if state is not None:
        raise FoldersError(f"'{state}' holds no generation: no agent has applied anything there.")
    if out is not None and out.is_dir():
        # A name with a dot in front is a release that is being made.
        hosts = sorted(path.parent.name for path in _listed(out, "[!.]*/manifest.json"))
        if host and host not in hosts:
            there = f" There is {', '.join(hosts)}." if hosts else ""
            raise FoldersError(f"There is no host '{host}' in {out}.{there}")
        if not host and len(hosts) > 1:
            raise FoldersError(f"Name the host with --host: {', '.join(hosts)}.")
        if hosts:
            return Folders((out / (host or hosts[0]),))
    raise FoldersError(
        "Nothing is compiled here: name the agent's state folder with --state, or the site with "
        "--site after `dialform compile`."
    )


def _generations(root: Path) -> Iterator[Path]:
    """What `current` points to, then the others, the newest first."""
    kept = Generations(Layout(root))
    try:
        current = kept.current()
        if current is None:
            return
        yield current.folder
        yield from (one.folder for one in kept.all() if one.name != current.name)
    except OSError:
        return  # not ours to read


def _listed(folder: Path, pattern: str) -> list[Path]:
    """The paths that match; none where the folder may not be read."""
    if not os.access(folder, os.R_OK | os.X_OK):
        return []
    return list(folder.glob(pattern))
