"""How findings are written out: one module a format, one table that the command line offers."""

from collections.abc import Callable

from dialform.cli.reporters import github, gitlab, json, sarif, text
from dialform.cli.reporters.report import Counts, LinesOf, Report, wants_colour

Reporter = Callable[[Report], str]

REPORTERS: dict[str, Reporter] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
}

__all__ = ["REPORTERS", "Counts", "LinesOf", "Report", "Reporter", "wants_colour"]
