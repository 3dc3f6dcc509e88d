"""A statement as one HTML page: nothing is loaded from anywhere, nothing of it runs.

The policy in its head allows our own style by its digest and nothing else, whatever a name or note holds.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from dialform.billing.statements import plot
from dialform.billing.statements.head import heading, letterhead, warnings
from dialform.billing.statements.sections import sections
from dialform.billing.statements.statement import Statement
from dialform.billing.statements.table import for_people

_TEMPLATES = Path(__file__).parent / "templates"


def page(statement: Statement) -> str:
    """The page."""
    style = (_TEMPLATES / "statement.css").read_text("utf-8")
    tables = []
    for table in sections(statement):
        columns, rows, total = for_people(table)
        tables.append({
            "name": table.name, "title": table.title, "columns": columns, "rows": rows,
            "total": total, "empty": table.empty,
        })  # fmt: skip
    made = _template().render(
        heading=heading(statement),
        letterhead=letterhead(statement),
        warnings=warnings(statement),
        tables=tables,
        # Our own style and our own drawing: no text of anybody is in them.
        style=Markup(style),  # noqa: S704
        plot=Markup(plot.svg(statement)) if statement.days else "",  # noqa: S704
        plot_heading=plot.heading(statement),
        policy=policy(style),
    )
    return made.encode("utf-8", "replace").decode()


def policy(style: str) -> str:
    """The Content-Security-Policy of a page with this style."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("statement.html.j2")
