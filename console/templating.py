"""Pages from templates: all that stands in one is escaped, and a name that is not given is an error."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from dialform.console.menu import menu_of, whose_of
from dialform.console.page import Context

HERE = Path(__file__).resolve().parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"


@cache
def environment() -> Environment:
    """The environment of all templates. Areas add filters to it where they are imported."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    found.filters["when"] = when
    found.filters["json"] = lambda value: json.dumps(value, ensure_ascii=True)
    return found


def when(value: float | datetime | None, zone: str = "UTC", form: str = "%Y-%m-%d %H:%M") -> str:
    """A time in somebody's zone; "" for none. Numbers: seconds since 1970, or microseconds."""
    if value is None or value == 0:
        return ""
    if not isinstance(value, datetime):
        value = datetime.fromtimestamp(value / 1_000_000 if value > 10**12 else value, UTC)
    return value.astimezone(ZoneInfo(zone)).strftime(form)


@cache
def built() -> Mapping[str, str]:
    """The address of each static file, with a digest of its content: a browser keeps it for good."""
    listed: dict[str, str] = {}
    path = STATIC / "built.json"
    if path.is_file():
        listed = json.loads(path.read_text("utf-8"))["files"]
    return listed


def static(name: str) -> str:
    """The path of a static file, below the portal's root."""
    digest = built().get(name, "")
    return f"/static/{name}" + (f"?v={digest[:12]}" if digest else "")


def zone_of(context: Context) -> str:
    """The zone that times are shown in: the tenant's, else the platform's."""
    from dialform.console.errors import ConsoleError

    try:
        site = context.ground.released()
    except ConsoleError:
        return "UTC"
    scope = site.tenant(context.tenant) if context.tenant else None
    if scope is not None and scope.tenant.timezone:
        return str(scope.tenant.timezone)
    return str(site.view.platform.timezone) if site.view else "UTC"


def title_of(context: Context) -> str:
    """What stands above each page."""
    from dialform.console.errors import ConsoleError

    entry = context.ground.settings.entry
    if entry is not None and entry.title:
        return entry.title
    try:
        view = context.ground.released().view
    except ConsoleError:
        view = None
    return (view.platform.company or view.platform.platform) if view else "Dialform"


def text_of(context: Context, template: str, values: Mapping[str, Any]) -> str:
    """A template as text, with what all templates may use: `visitor`, `tenant`, `menu`, `url`, `zone`, …"""
    someone = context.someone
    shared = {
        "context": context, "visitor": someone, "tenant": context.tenant, "portal": title_of(context),
        "zone": zone_of(context), "url": context.url, "static": lambda name: context.url(static(name)),
        "csrf": context.entry.csrf if someone else "", "menu": menu_of(context) if someone else (),
        "whose_menu": whose_of(context) if someone else None,
        "flashes": (*(context.entry.said if someone else ()), *context.notices),
        "path": context.request.url.path.removeprefix(context.ground.settings.root_path),
    }  # fmt: skip
    return environment().get_template(template).render({**shared, **values})


def render(context: Context, template: str, status: int, values: Mapping[str, Any]) -> Response:
    """A template as an answer."""
    return HTMLResponse(text_of(context, template, values), status)
