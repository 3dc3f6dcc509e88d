"""A statement in each form in which it is handed out: JSON, CSV, a page, paper."""

import json
from collections.abc import Callable, Iterable

from dialform.billing.statements.statement import Statement


def as_json(value: object) -> str:
    """JSON for people and machines."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _json(statement: Statement) -> Iterable[str | bytes]:
    from dialform.billing.statements.document import public

    return [as_json(public(statement))]


def _csv(statement: Statement) -> Iterable[str | bytes]:
    from dialform.billing.statements import flat
    from dialform.billing.statements.spreadsheet import lines

    return lines(flat.COLUMNS, flat.rows(statement))


def _html(statement: Statement) -> Iterable[str | bytes]:
    from dialform.billing.statements.page import page

    return [page(statement)]


def _pdf(statement: Statement) -> Iterable[str | bytes]:
    from dialform.billing.statements.paper import paper

    return [paper(statement)]


FORMS: dict[str, Callable[[Statement], Iterable[str | bytes]]] = {
    "json": _json, "csv": _csv, "html": _html, "pdf": _pdf,
}  # fmt: skip
"""Form → what writes it."""
