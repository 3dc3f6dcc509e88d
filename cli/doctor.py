"""`dialform doctor`."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent, proofs
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.doctor.finding import Finding
    from dialform.reconcile.doctor.ground import Ground, Subject

_CALLER = "+19175550100"
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
    from dialform.reconcile.doctor.finding import Level

    ground = _ground(site, secrets, state, out, host)
    ground.tenant = _known_tenant(ground, tenant)
    ground.subjects = [_subject(ground, text) for text in subjects]
    found = asyncio.run(_examined(ground))
    shown = [one for one in found if one.level <= Level.WARNING] if problems else found
    if form == "json":
        click.echo(json.dumps({"findings": [_data(one) for one in shown]}, indent=2))
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


def _known_tenant(ground: "Ground", tenant: str | None) -> str:
    from dialform.reconcile.desk.customers import slugs

    if not tenant:
        return ""
    known = set(ground.site.slugs if ground.site else ())
    known |= set(slugs(ground.folders.conf) if ground.folders else ())
    if tenant not in known:
        raise click.UsageError(f"There is no tenant '{tenant}'.{proofs.nearest(tenant, known)}")
    return tenant


def _subject(ground: "Ground", text: str) -> "Subject":
    """What is meant by a word: the shape says it, or where the name is known."""
    from dialform.reconcile.doctor.gateways import wanted
    from dialform.reconcile.doctor.ground import Subject
    from dialform.reconcile.doctor.table import CHECKS

    tenant, slash, rest = text.partition("/")
    tenant, name = (_known_tenant(ground, tenant), rest) if slash else (ground.tenant, text)
    digits = re.sub(r"[ ().-]", "", name)
    if re.fullmatch(r"[0-9]{4,6}", name):
        return Subject("extension", name, _owner(ground, "extension", name, tenant))
    if re.fullmatch(r"\+?[0-9]{7,15}", digits):
        return Subject("number", f"+{digits.lstrip('+')}", tenant)
    if not slash and name in CHECKS:
        return Subject("check", name)
    if not slash and name in wanted(ground):
        return Subject("gateway", name)
    if not slash and ground.site is not None and name in ground.site.slugs:
        return Subject("tenant", name, name)
    if ground.site is not None and _users(ground, name, tenant):
        return Subject("user", name, _owner(ground, "user", name, tenant))
    known = [*CHECKS, *wanted(ground), *(ground.site.slugs if ground.site else ())]
    raise click.UsageError(
        f"'{text}' is no extension, number, gateway, user, tenant or check."
        f"{proofs.nearest(text, known)}"
    )


def _owner(ground: "Ground", kind: str, name: str, tenant: str) -> str:
    """The tenant of an extension or user; a usage error where that is not clear."""
    if tenant:
        return tenant
    having = _users(ground, name, "") if kind == "user" else _extensions(ground, name)
    if not having:
        raise click.UsageError(f"No tenant has the {kind} {name}.")
    if len(having) > 1:
        names = ", ".join(having)
        raise click.UsageError(f"Several tenants have {name}: say --tenant ({names}).")
    return having[0]


def _extensions(ground: "Ground", number: str) -> list[str]:
    from dialform.reconcile.desk.customers import with_extension

    having = with_extension(ground.folders.conf, number) if ground.folders else []
    found = {one.slug for one in having}
    for slug in ground.site.slugs if ground.site and not found else ():
        scope = ground.site.tenant(slug) if ground.site else None
        if scope is not None and number in scope.tenant.extensions:
            found.add(slug)
    return sorted(found)


def _users(ground: "Ground", name: str, tenant: str) -> list[str]:
    if ground.site is None:
        return []
    scopes = (ground.site.tenant(slug) for slug in ([tenant] if tenant else ground.site.slugs))
    return [scope.slug for scope in scopes if scope is not None and name in scope.tenant.users]


async def _examined(ground: "Ground") -> "list[Finding]":
    """Runs the checks, with the switch if it lets us in."""
    from dialform.reconcile.doctor.examine import examine
    from dialform.reconcile.endpoint import EndpointError
    from dialform.switch import Client, SwitchError

    ground.trace = _tracer(ground)
    client: Client | None = None
    if ground.folders is not None:
        try:
            socket = ground.folders.endpoint()
            client = Client(socket.address, tuple(socket.passwords), timeout=5.0)
            await client.connect()
            ground.ask = client.api
        except EndpointError as error:
            ground.missing["switch"] = str(error).rstrip(".")
        except SwitchError as error:
            ground.error, ground.missing["switch"] = error, str(error).rstrip(".")
    try:
        return await examine(ground)
    finally:
        if client is not None:
            await client.close()


def _tracer(ground: "Ground") -> Callable[[str], str] | None:
    """A call from outside through the compiled files, simulated, as of now."""
    if ground.folders is None:
        return None
    conf = ground.folders.conf

    def trace(number: str) -> str:
        from datetime import UTC, datetime

        from dialform.simulator.reading.configuration import Configuration
        from dialform.simulator.reading.markup import MarkupError
        from dialform.simulator.run import simulate
        from dialform.simulator.scene import Dial, Scene

        try:
            configuration = Configuration.load(conf)
        except MarkupError as error:
            return f"the compiled files cannot be read ({error})"
        now = datetime.fromtimestamp(ground.machine.now(), UTC)
        journey = simulate(configuration, Scene(at=now), Dial(_CALLER, number))
        told = [
            step for step in journey.steps if step.kind in ("rings", "visit", "refused", "hangup")
        ]
        words = list(dict.fromkeys(step.text for step in told))
        return "; ".join(words[:5]) or "nothing happens"

    return trace


def _data(one: "Finding") -> dict[str, str]:
    return {
        "level": one.level.word, "check": one.check, "about": one.about, "looked_at": one.looked,
        "found": one.found, "cause": one.cause, "way_out": one.way_out,
    }  # fmt: skip


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
