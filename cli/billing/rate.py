"""`dialform billing rate`."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, proofs
from dialform.cli.billing import common as shared
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.facts.fact import Fact
    from dialform.cli.billing.agreed import Agreed
    from dialform.cli.billing.question import Question
    from dialform.compiler.terms import Terms

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.command("rate")
@common.SITE
@common.SECRETS
@click.option("--tenant", required=True, metavar="SLUG", help="Whose call it is.")
@click.option(
    "--to", metavar="NUMBER", help="What is called: E.164, or as the tenant's people dial it."
)
@click.option("--from", "caller", metavar="NUMBER", help="Who calls from outside, with --inbound.")
@click.option(
    "--seconds", type=click.IntRange(0, 2_592_000), help="How long it lasts. Default: 60."
)
@click.option("--pages", type=click.IntRange(1, 100_000), help="It is a fax of so many pages.")
@click.option("--conference", is_flag=True, help="It is somebody's time in a conference room.")
@click.option("--inbound", is_flag=True, help="It comes in, to a number of the tenant.")
@click.option("--at", metavar="TIME",
              help="When it is answered, as in 2026-12-24T10:00. Default: now.")  # fmt: skip
@click.option("--route", metavar="NAME", help="The route that it takes. Default: as a call would.")
@click.option(
    "--plan", metavar="NAME", help="The plan that prices it. Default: the route's or tenant's."
)
@click.option("--used", type=click.IntRange(0), metavar="N",
              help="How many of the minutes or pages that the month includes are used already.")  # fmt: skip
@click.option("--booked", is_flag=True, help="Use what the ledger has booked as used.")
@shared.LEDGER
@FORMAT
def command(
    site: Path | None, secrets: Path | None, tenant: str, to: str | None, caller: str | None,
    seconds: int | None, pages: int | None, conference: bool, inbound: bool, at: str | None,
    route: str | None, plan: str | None, used: int | None, booked: bool, ledger: str | None, form: str,
) -> int:  # fmt: skip
    """Say what a call, fax or conference costs, step by step, from the site's files alone.

    Without --used it is the price beyond what the month includes.
    """
    from dialform.cli.billing.agreed import agreed
    from dialform.cli.billing.question import Question, asked

    if used is not None and (booked or ledger):
        raise click.UsageError(
            "--used says how much is used, --booked and --ledger look it up: take one."
        )
    of = agreed(common.site_root(site), tenant, secrets)
    question = Question(to, caller, seconds, pages, conference, inbound, at, route, plan)
    fact, terms = asked(of, question, time.time())
    free = None if used is None else used * _per(fact)
    if booked or ledger:
        free = _booked(shared.place(of.tree.root, None, secrets, ledger), fact, of)
    return _answer(of, fact, terms, question, free, form)


def _answer(
    of: "Agreed", fact: "Fact", terms: "Terms", question: "Question", used: int | None, form: str
) -> int:
    from dialform.cli.billing import rated

    answer = rated.answer(of, fact, terms, question, used)
    if form == "json":
        click.echo(json.dumps(rated.as_data(answer), indent=2, ensure_ascii=False))
    else:
        click.echo(rated.as_text(answer, proofs.dress(sys.stdout)), color=True)
    return Exit.CLEAN


def _per(fact: "Fact") -> int:
    from dialform.billing.rating.rate import PER, SERVICES

    return PER[SERVICES[fact.kind]]


def _booked(where: "shared.Place", fact: "Fact", of: "Agreed") -> int:
    """The free units that the ledger has given of the fact's resource in its month."""
    from dialform.billing.ledger import queries
    from dialform.billing.rating.periods import period_of
    from dialform.billing.rating.rate import resource_of

    period = period_of(fact.answered, of.terms.timezone)
    with shared.opened(where) as ledger, ledger.reading() as reading:
        found = queries.counted(reading, of.terms.slug, period).get(resource_of(fact))
    return found.free if found else 0
