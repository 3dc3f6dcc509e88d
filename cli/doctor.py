"""`dialform doctor`."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent, proofs
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.doctor.finding import Finding
    from dialform.reconcile.doctor.ground import Ground

_HEADS = {
    "problem": "Problems",
    "warning": "Warnings",
    "unknown": "Not looked at",
    "ok": "In order",
}
_ROLES = {"problem": "bad", "warning": "warn", "unknown": "dim", "ok": "good"}


@click.command("doctor")
@click.argument("subjects", nargs=-1, metavar="[SUBJECT]...")
@common.SITE
@common.SECRETS
@ofagent.STATE
@proofs.OUT
@ofagent.HOST_BELOW_OUT
@click.option("--tenant", metavar="SLUG", help="Whose extensions and users are meant.")
@click.option("--problems", is_flag=True, help="Only what is wrong, or could be.")
@ofagent.FORMAT
def command(
    subjects: Sequence[str], site: Path | None, secrets: Path | None, state: Path | None,
    out: Path | None, host: str, tenant: str | None, problems: bool, form: str,
) -> int:  # fmt: skip
    """Look for what is wrong, and say why and how to mend it.

    Without a SUBJECT everything general is looked at. A SUBJECT is an extension whose phone does not
    register (1001), a number whose calls do not arrive (+12125550199), a gateway, a user or a tenant by
    its name, or a check by its name: switch, gateways, profiles, ports, revision, agent, certificates,
    clock, disk, secrets, prompts, provisioning, fax, quota, billing, parser, crashes.

    Works from files alone, too: what needs the switch is then said to be not looked at. It asks nobody
    beyond this machine but DNS, and the address that phones fetch from. Exits 1 where it found a problem,
    0 where it found none.
    """
    from dialform.reconcile.doctor.examine import examine_with_switch
    from dialform.reconcile.doctor.finding import Level
    from dialform.reconcile.doctor.subjects import SubjectError, known_tenant, subject

    ground = _ground(site, secrets, state, out, host)
    try:
        ground.tenant = known_tenant(ground, tenant)
        ground.subjects = [subject(ground, text) for text in subjects]
    except SubjectError as error:
        raise click.UsageError(str(error)) from None
    ground.trace = _tracer(ground)
    found = asyncio.run(examine_with_switch(ground))
    shown = [one for one in found if one.level <= Level.WARNING] if problems else found
    if form == "json":
        click.echo(json.dumps({"findings": [one.data for one in shown]}, indent=2))
    else:
        _print(shown, found)
    wrong = any(one.level is Level.PROBLEM for one in found)
    return Exit.OUR_ERROR if wrong else Exit.CLEAN


def _ground(
    site: Path | None, secrets: Path | None, state: Path | None, out: Path | None, host: str
) -> "Ground":
    from dialform.reconcile.doctor.ground import Ground
    from dialform.reconcile.doctor.machine import Machine
    from dialform.reconcile.folders import FoldersError, find
    from dialform.reconcile.sitefiles import SiteFiles

    root = ofagent.site_at_hand(site)
    ground = Ground(Machine(), secrets=common.secrets_folder(secrets))
    try:
        ground.folders = find(state, out or (root / "out" if root else None), host, os.environ)
    except FoldersError as error:
        ground.missing["folders"] = ground.missing["switch"] = str(error).rstrip(".")
    if ground.folders is None or ground.folders.state is not None:
        ground.state = ofagent.state_folder(state)
    kept = ground.folders.state / "site" if ground.folders and ground.folders.state else None
    source = root if site is not None or kept is None or not kept.is_dir() else kept
    if source is not None and (source / "platform.yaml").is_file():
        ground.site = SiteFiles(source)
    else:
        ground.missing["site"] = "no site was named"
    return ground


def _tracer(ground: "Ground") -> Callable[[str], str] | None:
    """A call from outside through the compiled files, simulated, as of now."""
    if ground.folders is None:
        return None
    conf = ground.folders.conf

    def trace(number: str) -> str:
        # Late: only a number's check needs the simulator.
        from dialform.proof.arriving import arriving

        return arriving(conf, ground.machine.now)(number)

    return trace


def _print(shown: "Sequence[Finding]", found: "Sequence[Finding]") -> None:
    dress = proofs.dress(sys.stdout)
    level = None
    for one in shown:
        if one.level is not level:
            click.echo(("" if level is None else "\n") + dress(_HEADS[one.level.word], "head"))
            level = one.level
        about = dress(one.about, _ROLES[one.level.word])
        click.echo(f"  {about}: {one.found}")
        for name, text in (
            ("cause", one.cause),
            ("way out", one.way_out),
            ("looked at", one.looked),
        ):
            if text and (name != "looked at" or one.level.word != "ok"):
                click.echo(f"    {dress(f'{name}: ', 'dim')}{text}")
    counts = {word: sum(one.level.word == word for one in found) for word in _HEADS}
    said = ", ".join(
        f"{count} {_HEADS[word].lower().removesuffix('s' if count == 1 else '')}"
        for word, count in counts.items()
        if count
    )
    click.echo(f"{chr(10) if shown else ''}{said or 'nothing was looked at'}")
