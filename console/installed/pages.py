"""What makes a browser offer to install the portal. Nothing of it is anybody's: all of it is public."""

import json

from starlette.responses import JSONResponse, Response

from dialform.console.need import PUBLIC
from dialform.console.page import Context, Page
from dialform.console.templating import STATIC, built, static, title_of

COLOUR, GROUND = "#1459a8", "#f5f6f8"
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
    ("icon.svg", "any", "any"),
)
"""File, sizes and purpose (https://www.w3.org/TR/appmanifest/)."""

KEPT = ("app.css", "app.js", "icon.svg")
"""Static files that the page without a network needs."""


async def manifest(context: Context) -> Response:
    """The manifest. Scope: public."""
    title = title_of(context)
    kinds = {"svg": "image/svg+xml", "png": "image/png"}
    icons = [
        {"src": context.url(static(name)), "sizes": sizes, "purpose": purpose,
         "type": kinds[name.rpartition(".")[2]]}
        for name, sizes, purpose in ICONS
    ]  # fmt: skip
    return JSONResponse(
        {
            "id": context.url("/"), "name": title, "short_name": title[:12], "lang": "en",
            "description": "The phone system: calls, faxes, messages.",
            "start_url": context.url("/"), "scope": context.url("/"), "display": "standalone",
            "background_color": GROUND, "theme_color": COLOUR, "icons": icons,
            "categories": ["business", "communication"],
        },
        headers={"cache-control": "no-cache"},
        media_type="application/manifest+json",
    )  # fmt: skip


async def worker(context: Context) -> Response:
    """The service worker, for all of the portal: the built one, told which files belong to it. With other
    files it is another one, and browsers notice. Scope: public.
    """
    told = {
        "version": _version(),
        "offline": context.url("/offline"),
        "static": context.url("/static/"),
        "kept": [context.url("/offline"), *(context.url(static(name)) for name in KEPT)],
    }
    text = f"self.BUILT = {json.dumps(told)};\n" + (STATIC / "sw.js").read_text("utf-8")
    return Response(
        text,
        media_type="text/javascript",
        headers={"cache-control": "no-cache", "service-worker-allowed": context.url("/")},
    )


async def offline(context: Context) -> Response:
    """What is shown without a network. Scope: public; nothing of whoever is signed in stands in it."""
    response = context.render("installed/offline.html")
    response.headers["cache-control"] = "no-cache"
    return response


def _version() -> str:
    """Another one where any file is another one."""
    import hashlib

    return hashlib.sha256(json.dumps(dict(built()), sort_keys=True).encode()).hexdigest()[:12]


PAGES = (
    Page("/manifest.webmanifest", manifest, PUBLIC, csrf=False),
    Page("/sw.js", worker, PUBLIC, csrf=False),
    Page("/offline", offline, PUBLIC, csrf=False),
)
