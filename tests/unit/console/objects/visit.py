"""Forms of the portal as somebody fills them in a browser."""

from __future__ import annotations

import re

import httpx

from ..forms.page import sent_by
from ..stage import Browser, Stage, git


def filled(page: httpx.Response, **changes: str) -> dict[str, list[str]]:
    """What the object's form on a page sends; `a__b` is the field `a.b`."""
    start = page.text.index('<form method="post" class="form object"')
    sent: dict[str, list[str]] = {}
    for name, value in sent_by(
        page.text[start : page.text.index("</form>", start)], **changes
    ).multi_items():
        sent.setdefault(name, []).append(str(value))
    return sent


async def change(browser: Browser, path: str, act: str = "save", **changes: str) -> httpx.Response:
    """Open a form, fill some of its fields, press a button."""
    page = await browser.get(path)
    assert page.status_code == 200, page.text[-500:]
    return await browser.post(path, {**filled(page, **changes), "act": act})


def differences(stage: Stage, branch: str) -> list[str]:
    """The lines that a branch of the remote has otherwise than main: `-old`, `+new`."""
    told = git(stage.remote, "diff", "--unified=0", "main", branch)
    return [line for line in told.splitlines() if re.match(r"[+-](?![+-])", line)]


def branches(stage: Stage) -> list[str]:
    """The portal's branches."""
    told = git(stage.remote, "for-each-ref", "--format=%(refname:short)", "refs/heads/portal")
    return told.split()


def main_file(stage: Stage, path: str) -> str:
    """A file as main has it."""
    return git(stage.remote, "show", f"main:{path}")
