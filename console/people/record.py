"""The record of what was done, as pages."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from dialform.console.accounts import audit
from dialform.console.page import Context

SIZE = 100


async def of_tenant(context: Context) -> Response:
    """What was done in a tenant, for its administrators."""
    return await _page(context, context.tenant)


async def of_all(context: Context) -> Response:
    """What everybody did; for admins."""
    return await _page(context, None)


async def _page(context: Context, tenant: str | None) -> Response:
    query = context.query
    who, what = query.get("who", "").strip()[:100], query.get("what", "").strip()[:100]
    before = query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0

    def work() -> Sequence[audit.Act]:
        return audit.of(
            context.ground.database, tenant=tenant, subject=_kept(who).casefold(), act=_kept(what),
            before=number, limit=SIZE + 1,
        )  # fmt: skip

    found = await context.ground.off(work)
    rows, older = found[:SIZE], ""
    if len(found) > SIZE:
        left = {"who": who, "what": what, "before": str(rows[-1].id)}
        older = "?" + urlencode({name: value for name, value in left.items() if value})
    return context.render(
        "people/record.html", rows=rows, older=older, who=who, what=what, later=bool(number),
        wide=tenant is None, said=said,
    )  # fmt: skip


def said(act: audit.Act) -> str:
    """The details of an act, as words."""
    return ", ".join(
        f"{name.replace('_', ' ')}: {_word(value)}"
        for name, value in act.details.items()
        if value not in ("", None, [])
    )


def _word(value: object) -> str:
    """A detail as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _kept(text: str) -> str:
    """What any database takes."""
    return "".join(c for c in text if c.isprintable())
