"""What somebody typed and did not save yet, kept until they do: one draft for each object, sealed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dialform.console.accounts.keys import Keys, keys_of
from dialform.console.accounts.tables import drafts as table
from dialform.console.errors import Refused
from dialform.console.ground import Ground
from dialform.console.page import Context
from dialform.schema.rule import Path
from dialform.values import dataclass

MOST = 100
"""Drafts of one account at most; the oldest go."""
LARGEST = 128 * 1024
"""Characters of one."""
KEPT = 60 * 86400 * 1_000_000
"""Microseconds after which a draft that nobody looked at goes."""

_PURPOSE = "draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """`value` is whatever a form wants to have back. `base` is the commit that it was opened at, `was` the
    digest of what stood there; times are microseconds since 1970.
    """

    tenant: str
    path: Path
    value: Any
    base: str = ""
    was: str = ""
    created: int = 0
    updated: int = 0


async def keep_draft(
    context: Context, tenant: str | None, path: Path, value: Any, *, base: str = "", was: str = ""
) -> None:  # fmt: skip
    """Keep what was typed about an object; what was kept of it before goes. Raises Refused."""
    ground, account = context.ground, context.visitor.account
    sealed = _keys(ground).seal(_PURPOSE, json.dumps(value))
    if len(sealed) > 2 * LARGEST:
        raise Refused("That is too much to be kept: save it, or make it shorter.")
    now = ground.clocks.micros()
    row = {"base": base, "was": was, "value": sealed, "updated": now}
    key = {"account": account, "tenant": tenant or "", "path": json.dumps(list(path))}

    def work(connection: Connection) -> None:
        there = [getattr(table.c, name) == one for name, one in key.items()]
        if connection.execute(update(table).where(*there).values(**row)).rowcount:
            return
        _room(connection, account, now)
        connection.execute(insert(table).values(created=now, **key, **row))

    try:
        await ground.off(ground.database.write, work)
    except IntegrityError:
        await ground.off(ground.database.write, work)  # another window of theirs was quicker


async def draft_of(context: Context, tenant: str | None, path: Path) -> Draft | None:
    """What the visitor has not saved of an object."""
    key = (tenant or "", json.dumps(list(path)))
    return next(
        (
            one
            for one in await drafts_of(context)
            if (one.tenant, json.dumps(list(one.path))) == key
        ),
        None,
    )


async def drafts_of(context: Context) -> Sequence[Draft]:
    """All that the visitor has not saved, the newest first."""
    ground, account = context.ground, context.visitor.account
    keys = _keys(ground)

    def work() -> list[Draft]:
        wanted = select(table).where(table.c.account == account).order_by(table.c.updated.desc())
        with ground.database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        found = []
        for row in rows:
            text = keys.open(_PURPOSE, row["value"])
            if text is not None:  # else the keys are others since
                path = tuple(json.loads(row["path"]))
                found.append(
                    Draft(row["tenant"], path, json.loads(text), row["base"], row["was"],
                          row["created"], row["updated"])
                )  # fmt: skip
        return found

    return await ground.off(work)


async def drop_draft(context: Context, tenant: str | None, path: Path) -> bool:
    """Forget a draft: it was saved, or is not wanted any more. Whether there was one."""
    ground, account = context.ground, context.visitor.account
    gone = delete(table).where(
        table.c.account == account, table.c.tenant == (tenant or ""),
        table.c.path == json.dumps(list(path)),
    )  # fmt: skip
    count = await ground.off(
        ground.database.write, lambda connection: connection.execute(gone).rowcount
    )
    return bool(count)


def _room(connection: Connection, account: int, now: int) -> None:
    """Let old ones go, so that there is room for one more."""
    connection.execute(delete(table).where(table.c.updated < now - KEPT))
    mine = select(table.c.id).where(table.c.account == account).order_by(table.c.updated.desc())
    old = connection.execute(mine).scalars().all()[MOST - 1 :]
    if old:
        connection.execute(delete(table).where(table.c.id.in_(old)))


def _keys(ground: Ground) -> Keys:
    return keys_of(ground.store, ground.state, ground.clocks.random)
