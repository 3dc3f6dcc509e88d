"""The formats of a plan, by the name that the command line takes."""

from collections.abc import Callable

from dialform.cli.planned import json, markdown, text
from dialform.compiler.planning.view import View

FORMATS: dict[str, Callable[[View], str]] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
}

__all__ = ["FORMATS", "View"]
