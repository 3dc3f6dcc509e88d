"""How findings are written out: one module a format, one table that the command line offers."""

from collections.abc import Callable
from importlib import import_module

from dialform.cli.reporters.report import Counts, LinesOf, Report, wants_colour

Reporter = Callable[[Report], str]

FORMATS = ("text", "json", "sarif", "github", "gitlab")
"""The modules of this folder: each is imported when there is something to write in its format."""


def _reporter(form: str) -> Reporter:
    def render(report: Report) -> str:
        text: str = import_module(f"{__name__}.{form}").render(report)
        return text

    return render


REPORTERS: dict[str, Reporter] = {form: _reporter(form) for form in FORMATS}

__all__ = ["FORMATS", "REPORTERS", "Counts", "LinesOf", "Report", "Reporter", "wants_colour"]
