"""All pages, and what runs beside them: one line an area. A new area is a package and its line here."""

from collections.abc import Callable, Coroutine, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from dialform.console.ground import Ground
from dialform.console.page import Page

AREAS = (
    "health",
    "saving",
    "signin",
    "security",
    "people",
    "dashboard",
    "objects",
    "live",
    "money",
    "faxes",
    "administration",
    "changes",
    "me",
    "phone",
    "installed",
)
"""Packages of `console/` with `PAGES`, and with `BESIDE` where something runs while the server does."""

Beside = Callable[[Ground], Coroutine[Any, Any, None]]


@cache
def pages() -> Sequence[Page]:
    """Every page of the portal."""
    return tuple(page for area in AREAS for page in _area(area).PAGES)


def beside() -> Sequence[Beside]:
    """What runs while the server does. What ends is started again after a while; what it raises is told."""
    return tuple(one for area in AREAS for one in getattr(_area(area), "BESIDE", ()))


def _area(name: str) -> Any:
    return import_module(f"dialform.console.{name}")
