"""One example of each page that somebody can come to by links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.routing import compile_path

from dialform.console.table import pages

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

PATTERNS = [(page.path, compile_path(page.path)[0]) for page in pages() if "GET" in page.methods]
# The `href` of a link in a picture (SVG) is no text: the attribute is.
LINKS = """[...document.querySelectorAll('a[href]:not([download])')]
  .map((one) => new URL(one.getAttribute('href'), document.baseURI).href)"""
DOWNLOADS = ("download", ".pdf", ".csv", ".wav", ".mp3", ".png", ".svg", ".zip", ".tiff")


def pattern_of(path: str) -> str:
    """The page that a path leads to; "" for none of ours. What stands first in the table answers."""
    return next((name for name, known in PATTERNS if known.match(path)), "")


def walked(tab: Tab, most: int = 120) -> Iterator[str]:
    """Opens page after page, each pattern once, by the links that it finds; gives the path of each."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(tab.url))
    seen, waiting = set[str](), [urlsplit(tab.url).path]
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        pattern = pattern_of(urlsplit(path).path)
        if not pattern or pattern in seen or any(word in path for word in DOWNLOADS):
            continue
        seen.add(pattern)
        answer = tab.goto(f"{origin}{path}")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield path
        for link in tab.evaluate(LINKS):
            parts = urlsplit(link)
            if link.startswith(f"{origin}/") and parts.path != "/sign-out":
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
