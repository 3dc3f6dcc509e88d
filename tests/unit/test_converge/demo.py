"""The demo site, changed and compiled: what the planner says of a change, and what the folder wants."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.planning.plan import Plan, make_plan
from dialform.compiler.secrets import open_store
from dialform.compiler.states.state import open_state
from dialform.reconcile.known import Known
from dialform.reconcile.observe import LiveGateway, Observed
from dialform.reconcile.wanted import Resources, wanted
from dialform.renderers import freeswitch
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[3]
PARTS = (
    "platform.yaml", "routes.yaml", "billing.yaml", "providers.d", "tenants.d", "media", "rates",
)  # fmt: skip
HOST = "pbx1"
CORE = "11111111-2222-4333-8444-555555555555"


class Demo:
    """A copy of the demo site with secrets of its own. Each compile is kept as a generation."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site"
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, self.site / part)
            else:
                self.site.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, self.site / part)
        self.secrets = folder / "secrets"
        self.secrets.mkdir()
        for name in ("master", "esl", "mycarrier", "acme-conf", "acme-general"):
            (self.secrets / name).write_text(f"the secret of {name}\n"[:40].zfill(40))
        for name in ("acme-conf", "acme-general"):
            (self.secrets / name).write_text("739148\n")
        self._count = itertools.count(1)
        with self.edit("tenants.d/acme/pbx.yaml") as data:
            data["extensions"]["1009"] = {"name": "Leaver"}

    @contextlib.contextmanager
    def edit(self, name: str) -> Iterator[Any]:
        """A file of the site as data; it is written at the end."""
        path, yaml = self.site / name, YAML(typ="rt")
        yaml.width = 4096
        yaml.preserve_quotes = True
        data = yaml.load(path)
        yield data
        path.unlink()  # it may be linked to
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(data, stream)

    def copy(self) -> Demo:
        """Another one that may be changed, with the same secrets."""
        other = object.__new__(Demo)
        number = next(self._count)
        other.folder, other.secrets = self.folder / f"copy-{number}", self.secrets
        other.site = other.folder / "site"
        shutil.copytree(self.site, other.site, copy_function=os.link)
        other._count = itertools.count(1)
        return other

    def compile(self) -> Path | None:
        """A host's folder; None where the site is not valid."""
        out = self.folder / f"out-{next(self._count)}"
        run = Run(scan(self.site), open_store(self.secrets, {}), 1)
        outcome = build(run, freeswitch, Options(out, self.secrets))
        return out / HOST if outcome.released else None


def plan(before: Path, demo: Demo) -> Plan:
    """What the planner says of the way from a compiled folder to a site."""
    old, new = open_state(str(before), demo.site), open_state("worktree", demo.site)
    return make_plan(old, new, open_store(demo.secrets, {}), HOST)


def seen(want: Resources, **changed: Any) -> Observed:
    """A switch as wanted, where all agents are logged in."""
    as_wanted: dict[str, Any] = {
        "core_uuid": CORE,
        "revision": want.revision,
        "folder": "/etc/freeswitch",
        "profiles": frozenset(want.profiles),
        "gateways": {
            name: LiveGateway(one.profile, one.stamp, "REGED" if one.registers else "NOREG", True)
            for name, one in want.gateways.items()
        },
        "queues": {name: {"name": name, **dict(one.shown)} for name, one in want.queues.items()},
        "agents": want.agents,
        "tiers": want.tiers,
        "streams": frozenset(want.streams),
        "modules": frozenset(want.modules),
    }
    return Observed(**as_wanted | changed)


def known(want: Resources) -> Known:
    """What is known of a switch that started with it."""
    return Known.after_restart(want, CORE)


def resources(folder: Path, before: Resources | None = None) -> Resources:
    return wanted(folder, before)
