"""`dialform explain`."""

import difflib
import json

import click

import dialform.schema.rules  # noqa: F401 -- registers them all
from dialform.schema.rule import rule, rules


@click.command("explain")
@click.argument("code", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(code: str | None, form: str) -> int:
    """Explain a finding: what is wrong, what is right, how to mend it. Without CODE, list them."""
    if code is None:
        for one in rules():
            summary = one.explain().split("\n\n")[0].split(". ")[0].replace("\n", " ").rstrip(".")
            click.echo(f"{one.code}  {one.severity:7}  {one.__name__}: {summary}")
        return 0
    found = rule(code.upper())
    if found is None:
        near = difflib.get_close_matches(code.upper(), [one.code for one in rules()], n=3)
        more = f" Near it: {', '.join(near)}." if near else ""
        raise click.UsageError(f"There is no finding {code}.{more} `dialform explain` lists all.")
    if form == "json":
        data = {
            "code": found.code,
            "name": found.__name__,
            "severity": found.severity,
            "explanation": found.explain(),
        }
        click.echo(json.dumps(data, indent=2))
    else:
        click.echo(f"{found.code} {found.__name__} ({found.severity})\n\n{found.explain()}")
    return 0
