"""`dialform trace`."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, proofs
from dialform.cli.exits import Exit
from dialform.schema.tree import Tree, scan

if TYPE_CHECKING:
    from dialform.proof.run import Caller
    from dialform.schema.calltest import Given


@click.command("trace")
@common.SITE
@common.SECRETS
@proofs.OUT
@proofs.HOST
@click.option("--from", "caller", required=True, metavar="NUMBER",
              help="Who calls: an extension (1001, acme/1001), an outside number, or anonymous.")  # fmt: skip
@click.option("--to", required=True, metavar="NUMBER", help="What is dialled.")
@click.option("--at", metavar="TIME",
              help="When, in the tenant's time zone, as in 2026-12-24T10:00. Default: now.")  # fmt: skip
@click.option("--press", default="", metavar="KEYS",
              help="What the caller presses; after a comma for the next thing that asks.")  # fmt: skip
@click.option("--tenant", metavar="SLUG", help="Whose extension it is, where several have it.")
@click.option("--given", multiple=True, metavar="KEY=VALUE",
              help="What holds, as in a call test: busy=1001, forward=1001:+12125550123, limit.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--verbose", "-v", is_flag=True, help="Show every step of the switch.")
def command(
    site: Path | None, secrets: Path | None, out: Path | None, host: str | None, caller: str, to: str,
    at: str | None, press: str, tenant: str | None, given: Sequence[str], form: str, verbose: bool,
) -> int:  # fmt: skip
    """Follow a call through the compiled files: each step, its line there and in the YAML, the end.

    Nothing is called. All phones are taken as registered and as ringing, and nobody answers, unless
    --given says so.
    """
    tree = scan(common.site_root(site))
    slug, caller = _split(caller)
    if slug and tenant and slug != tenant:
        raise click.UsageError(f"--from says tenant '{slug}', --tenant says '{tenant}'.")
    named = slug or tenant or ""
    if named:
        proofs.known_tenant(tree, named)
    _number(caller, "--from")
    _number(to, "--to")
    from dialform.proof.compiled import mentioning
    from dialform.proof.run import Caller

    compiled = proofs.compiled_site(
        tree, out, secrets, lambda: [named] if named else mentioning(tree, caller, to)
    )
    from dialform.proof.sources import Sources

    sources = Sources(tree)
    calls = Caller(sources, compiled, proofs.known_host(compiled, sources.hosts, host))
    return _trace(tree, calls, named, caller, to, at, press, given, form, verbose)


def _trace(
    tree: Tree, calls: "Caller", named: str, caller: str, to: str, at: str | None, press: str,
    given: Sequence[str], form: str, verbose: bool,
) -> int:  # fmt: skip
    from dialform.proof import moment
    from dialform.proof.call import Call
    from dialform.proof.paint import paint
    from dialform.proof.run import NoHostError
    from dialform.proof.story import tell

    try:
        slug = _whose(calls, named, caller, to)
        when = moment.at(at, calls.ground(slug).timezone, datetime.now(UTC))
        made = calls.make(Call(slug, caller, to, when, press, _given(given)))
    except (moment.MomentError, NoHostError) as error:
        raise click.UsageError(str(error)) from None
    story = tell(made, calls.sources)
    if form == "json":
        import json

        from dialform.proof.facts import facts

        click.echo(json.dumps(facts(story, verbose=verbose), indent=2, ensure_ascii=False))
        return Exit.CLEAN
    style = proofs.dress(sys.stdout)
    click.echo(paint(story, verbose=verbose, style=style), color=True)
    if calls.compiled.why and sys.stdout.isatty():
        note = f"compiled privately, since {calls.compiled.why}"
        click.echo(style(note, "dim"), err=True, color=True)
    return Exit.CLEAN


def _split(caller: str) -> tuple[str, str]:
    """`acme/1001` is extension 1001 of acme."""
    slug, slash, number = caller.partition("/")
    return (slug, number) if slash else ("", caller)


def _number(text: str, option: str) -> None:
    plain = text.lstrip("+*#")
    if text != "anonymous" and not (plain and set(plain) <= set("0123456789*#")):
        raise click.UsageError(f"{option}: '{text}' cannot be dialled: write digits, or E.164.")
    if text == "anonymous" and option == "--to":
        raise click.UsageError("--to: nobody can dial 'anonymous'.")


def _whose(calls: "Caller", named: str, caller: str, to: str) -> str:
    """The tenant whose call it is; a usage error where that is not known, or it has no such number."""
    from dialform.proof.call import is_internal
    from dialform.proof.ground import owner_of, tenants_with

    hosts = [calls.host] if calls.host else calls.compiled.hosts(calls.sources.hosts)
    confs = [calls.compiled.conf(host) for host in hosts]
    if not is_internal(caller):
        owner = next((one for conf in confs if (one := owner_of(conf, to))), "")
        if not owner:
            raise click.UsageError(
                f"A call from outside dials a number of a tenant, and nobody has {to}."
            )
        if named and owner != named:
            raise click.UsageError(f"{to} is a number of tenant '{owner}', not of '{named}'.")
        return owner
    if named:
        known = calls.ground(named).extensions
        if caller not in known:
            hint = proofs.nearest(caller, known)
            raise click.UsageError(f"Tenant '{named}' has no extension {caller}.{hint}")
        return named
    found = list(dict.fromkeys(slug for conf in confs for slug in tenants_with(conf, caller)))
    if not found:
        raise click.UsageError(f"No tenant has an extension {caller}.")
    if len(found) > 1:
        raise click.UsageError(
            f"Extension {caller} is in several tenants ({proofs.named(found)}): "
            f"say whose with --tenant SLUG."
        )
    return found[0]


def _given(words: Sequence[str]) -> "Given | None":
    """What --given says, as a call test would: `busy=1001,1002`, `forward=1001:+1917…`, `limit`."""
    if not words:
        return None
    from dialform.schema.calltest import Given
    from dialform.schema.shape import shape_check

    data: dict[str, object] = {}
    for word in words:
        key, equals, text = word.partition("=")
        value = _value(text) if equals else True
        old = data.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            value = {**old, **value}
        elif isinstance(old, list) and isinstance(value, list):
            value = old + value
        data[key] = value
    given, misfits = shape_check(Given, "--given", data)
    if given is None:
        flaw = next(one.flaw for one in misfits if one.flaw is not None)
        message = flaw.rule.message.format_map(flaw.values)
        hint = flaw.hint or flaw.rule.hint.format_map(flaw.values)
        raise click.UsageError(f"--given: {message}. {hint}".rstrip(". ") + ".")
    return given


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if any(":" in part for part in parts):
        pairs = (part.partition(":") for part in parts)
        return {key: _scalar(value) for key, _, value in pairs}
    if len(parts) == 1 and len(parts[0]) < 4 and parts[0].isdigit():
        return int(parts[0])  # no extension is as short: a number of calls
    return parts


def _scalar(text: str) -> object:
    return int(text) if text.isdigit() and len(text) < 4 else text
