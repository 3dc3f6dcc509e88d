"""`dialform billing quota`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.statements.table import Row
    from dialform.compiler.scope import Scope


@click.command("quota")
@common.sources
@common.TENANT
@common.USER
@common.MONTH
@output.form_option()
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, user: str | None, month: str | None, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Show what tenants may have and what they have: the eleven resources, with their numbers 7 to 17.

    Objects are counted from the site; minutes and pages are those of the month, from the ledger. With
    --user it is what the slots of that user allow.
    """
    from dialform.billing.statements.table import Column, Table

    where = common.place(site, state, secrets, ledger)
    with common.if_there(where) as books:
        rows = [row for one in common.whose(where, books, tenant, user)
                for row in _rows(where, books, one, month)]  # fmt: skip
    columns = (
        Column("tenant", "" if tenant else "Tenant"), Column("user", "User" if user else ""),
        Column("number", "No.", right=True), Column("resource", "Resource"), Column("month", "Month"),
        Column("unit"), Column("limit", "Limit", right=True), Column("used", "Used", right=True),
        Column("left", "Left", right=True),
    )  # fmt: skip
    output.put([Table("quota", "Quota", columns, rows)], output.form_of(form, file), file)
    return Exit.CLEAN


def _rows(
    where: common.Place, books: "Ledger | None", one: common.Whose, month: str | None
) -> "Iterator[Row]":
    from dialform.billing.statements.values import unit_of, units
    from dialform.compiler.terms import RESOURCE_OF
    from dialform.schema.billing import RESOURCES

    period = common.month_of(month, one.terms.timezone)
    scope = where.site.tenant(one.slug) if where.site else None
    objects = _objects(scope, one.user) if scope else {}
    usage = _usage(scope, books, one, period)
    services = {resource: service for service, resource in RESOURCE_OF.items()}
    for resource, number in sorted(RESOURCES.items(), key=lambda item: item[1]):
        service = services.get(resource)
        limit, used = usage[resource] if service else objects.get(resource, (None, None))
        if one.user and not service and limit is None and not used:
            continue  # no slot of that user, and nothing in it
        left = None if limit is None or used is None else max(0, limit - used)
        counts = [
            count if count is None or service is None else units(count, service)
            for count in (limit, used, left)
        ]
        yield (one.slug, one.user, number, resource, period if service else "",
               unit_of(service) if service else "object", *counts)  # fmt: skip


def _objects(scope: "Scope", user: str) -> dict[str, tuple[int | None, int | None]]:
    """Resource → limit and how many there are: of the tenant, or of a user."""
    from dialform.compiler.counted import count

    found = count(scope)
    slots = found.users[user].slots if user else found.slots
    return {name: (one.limit, one.used) for name, one in slots.items()}


def _usage(
    scope: "Scope | None", books: "Ledger | None", one: common.Whose, period: str
) -> dict[str, tuple[int | None, int | None]]:
    """Resource → what the month includes and what was taken of it, in seconds and pages."""
    from dialform.billing.rating.rate import PER
    from dialform.compiler.counted import count
    from dialform.compiler.terms import RESOURCE_OF

    limits: dict[str, int | None] = dict.fromkeys(RESOURCE_OF.values())
    used: dict[str, int | None] = dict.fromkeys(RESOURCE_OF.values())
    if books is not None:
        from dialform.billing.ledger.reports import used as asked

        with books.reading() as connection:
            found = asked(connection, one.slug, period, one.extensions)
        used = {name: found.get(name, (0, 0))[1] for name in used}
    if one.user:
        return {name: (None, used[name]) for name in limits}  # no user has minutes of their own
    if scope is not None:
        included, begun = count(scope).included, period >= one.terms.since[:7]
        limits = {
            name: included[name] * PER[service] if begun else 0
            for service, name in RESOURCE_OF.items()
        }
    elif books is not None:
        limits = dict.fromkeys(limits, 0)
        limits |= {each.resource: each.limit for each in common.included(books, one.terms, period)}
    return {name: (limits[name], used[name]) for name in limits}
