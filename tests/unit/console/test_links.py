"""Every link of every page leads somewhere: no role is offered what it may not open, or what is not there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.routing import compile_path

from dialform.console.accounts import accounts
from dialform.console.accounts.passwords import Passwords
from dialform.console.accounts.reception import Reception
from dialform.console.table import pages

from .accounts.world import CHEAP, PASSWORD
from .rival import prepared_with_rival, seed
from .stage import Stage

HREF = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
PATTERNS = [(page, compile_path(page.path)[0]) for page in pages() if "GET" in page.methods]
AWAY = (503,)
"""There is no switch here: what asks it says so."""
_PAGELESS = ("/t/{tenant}/faxes/{fax:int}.pdf", "/t/{tenant}/faxes/{fax:int}/{page:int}.png")
"""Of faxes of the ledger here: their documents were never queued."""
EACH = 1
"""Pages of one pattern that are opened, with whatever stands in their address."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("links")
    stage = Stage(folder / "stage", prepared_with_rival(folder / "made"))
    seed(stage)
    kept = Passwords(CHEAP).hash(PASSWORD)
    for subject in ("@me", "acme/bob"):  # the first is whom the tests' door names
        accounts.create(stage.ground.database, subject, now=1, password=kept)
    yield stage
    stage.close()


def pattern_of(path: str) -> str:
    """The page of an address; "" for none of ours."""
    return next((page.path for page, known in PATTERNS if known.match(path)), "")


@pytest.mark.parametrize("role", ("user", "end_user"))
def test_no_link_leads_to_what_one_may_not_open(stage: Stage, role: str) -> None:
    stage.ground.parts.clear()
    stage.ground.parts["reception"] = Reception(stage.ground, Passwords(CHEAP))

    async def walk() -> list[str]:
        wrong: list[str] = []
        opened: dict[str, int] = {}
        waiting, seen = [("", "/")], set[str]()
        async with stage.browser(role) as browser:
            while waiting:
                source, path = waiting.pop(0)
                bare = path.partition("?")[0]
                pattern = pattern_of(bare)
                if path in seen or opened.get(pattern, 0) >= EACH or "/stream" in path:
                    continue
                seen.add(path)
                opened[pattern] = opened.get(pattern, 0) + 1
                if pattern in _PAGELESS:
                    continue
                if not pattern and not bare.startswith("/static/"):
                    wrong.append(f"{path} is no page of ours (on {source})")
                    continue
                found = await browser.get(path, follow_redirects=True)
                if found.status_code not in (200, *AWAY):
                    wrong.append(f"{path}: {found.status_code} (on {source})")
                if found.headers.get("content-type", "").startswith("text/html"):
                    for link in HREF.findall(found.text):
                        waiting.append((path, unescape(link)))
        assert len(opened) > 10
        return wrong

    wrong = asyncio.run(walk())
    assert not wrong, "\n".join(["", *wrong])
