"""What strangers try on any page: words that are markup, forms of other sites, paths that lead elsewhere.

All of it is derived from the table of pages: a page that comes is tried, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest

from dialform.console.accounts import accounts
from dialform.console.accounts.passwords import Passwords
from dialform.console.accounts.reception import Reception
from dialform.console.page import Page

from . import matrix
from .accounts.world import CHEAP, PASSWORD
from .rival import ATTRIBUTE, ELEMENT, SLUG, SUBJECTS, prepared_with_rival, seed
from .stage import Browser, Stage
from .test_matrix import every, none_of

FAULTS = tuple(code for code in range(500, 600) if code != 503)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("attacks")
    stage = Stage(folder / "stage", prepared_with_rival(folder / "made"))
    seed(stage)
    kept = Passwords(CHEAP).hash(PASSWORD)
    for subject in ("@me", "rival/ruth"):
        accounts.create(stage.ground.database, subject, now=1, password=kept)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def a_server_of_its_own(stage: Stage) -> None:
    stage.ground.parts.clear()
    stage.ground.parts["reception"] = Reception(stage.ground, Passwords(CHEAP))


def rivals_own(page: Page, role: str) -> str | None:
    """The address of a page of the rival, with its own things in it."""
    values = {}
    for place in matrix.places(page):
        row = matrix.row_of(place)
        if role not in row.mine and not row.rival:
            return None
        values[place] = row.rival[0] if row.rival else row.mine.get(role, row.any)
    return matrix.filled(page, values, SLUG)


def marks(text: str) -> list[str]:
    """What of a stranger's words became more than words in a page: as a browser reads it."""
    found = []
    for element in html5lib.parse(text, namespaceHTMLElements=False).iter():
        name = str(element.tag)
        if name == ELEMENT or ATTRIBUTE in element.attrib:
            found.append(f"<{name}> {dict(element.attrib)}")
        if name == "script" and not str(element.get("src", "")).startswith("/static/"):
            found.append("a script in the page")
        for attribute, value in element.attrib.items():
            if str(attribute).lower().startswith("on") or str(attribute) in ("style", "srcdoc"):
                found.append(f"{attribute} of <{name}>")
            if str(value).strip().lower().startswith(("javascript:", "vbscript:")):
                found.append(f"{attribute}={value}")
    return found


async def fetched(browser: Browser, path: str) -> tuple[int, str, str]:
    """Status, kind and text of a page; a fault is a status of its own."""
    try:
        found = await browser.get(path)
    except Exception as error:
        return 599, "", repr(error)
    return found.status_code, found.headers.get("content-type", ""), found.text


@pytest.mark.parametrize("subject", ["@ops", *SUBJECTS.values()])
def test_no_text_of_the_site_is_more_than_text_in_a_page(stage: Stage, subject: str) -> None:
    """Every text of the rival is markup, its callers and what faxes call themselves too."""
    role = {**{one: role for role, one in SUBJECTS.items()}, "@ops": "admin"}[subject]
    seen = 0

    async def look() -> list[str]:
        nonlocal seen
        wrong = []
        async with stage.browser(subject) as browser:
            for page, method in every():
                path = rivals_own(page, role)
                if method != "GET" or path is None or "/stream" in path or page.need.public:
                    continue
                if role == "admin" and page.path.endswith("/delete"):
                    continue  # the same as for who manages the tenant, and slow
                status, kind, text = await fetched(browser, path)
                if status in FAULTS:
                    wrong.append(f"{path}: {status} {text[:200]}")
                if not kind.startswith("text/html"):
                    continue
                seen += ELEMENT in text
                wrong += [f"{path}: {one}" for one in marks(text)]
        return wrong

    none_of(asyncio.run(look()))
    assert seen > 3, "the rival's texts stand in no page: nothing was tried"


def test_what_a_form_gets_back_is_text_too(stage: Stage) -> None:
    """What was typed stands in the page again when it was refused: also where it is markup."""
    evil = f"\"'><{ELEMENT} {ATTRIBUTE}=1>"
    names = ("login", "key", "name", "number", "q", "code", "email", "subject", "title", "from", "to", "who", "slug",
             "company", "text", "note", "next", "sort", "month", "zone", "views")  # fmt: skip

    async def look() -> list[str]:
        wrong = []
        async with (
            stage.browser("acme/alice") as alice,
            stage.browser("@ops") as ops,
            stage.browser() as none,
        ):
            for page, method in every():
                who = none if page.need.public else ops if page.need.role == "admin" else alice
                path = matrix.own(page, "admin" if who is ops else "tenant_admin")
                if path is None or "/stream" in path or page.path == "/sign-out":
                    continue
                if page.path.endswith(("/delete", "/remove")):
                    continue
                given: dict[str, Any] = dict.fromkeys(names, evil)
                try:
                    if method == "GET":
                        found = await who.get(path.partition("?")[0], params=given)
                    else:
                        found = await who.post(path, given)
                except Exception as error:
                    wrong.append(f"{method} {path}: {error!r}")
                    continue
                if found.status_code in FAULTS:
                    wrong.append(f"{method} {path}: {found.status_code}")
                if found.headers.get("content-type", "").startswith("text/html"):
                    wrong += [f"{method} {path}: {one}" for one in marks(found.text)]
                location = found.headers.get("location", "/")
                if not location.startswith("/") or location.startswith("//"):
                    wrong.append(f"{method} {path}: goes to {location}")
        return wrong

    none_of(asyncio.run(look()))


def test_no_form_is_taken_from_elsewhere(stage: Stage) -> None:
    """Without the session's token, with another one, or from another site's page."""

    async def look() -> list[str]:
        wrong = []
        async with stage.browser("@ops") as ops, stage.browser("acme/alice") as alice:
            for page, method in every():
                if method in ("GET", "HEAD") or page.need.public:
                    continue
                who = ops if page.need.role == "admin" else alice
                path = matrix.own(page, "admin" if who is ops else "tenant_admin")
                if path is None:
                    path = matrix.somehow(page)
                tries: list[tuple[int, dict[str, Any]]] = [
                    (422, {"data": {}}),
                    (422, {"data": {"csrf": "another"}}),
                    (422, {"data": {"csrf": ""}, "headers": {"x-csrf-token": ""}}),
                    (
                        422,
                        {
                            "headers": {
                                "x-csrf-token": "another",
                                "content-type": "application/json",
                            },
                            "content": b"{}",
                        },
                    ),
                    (
                        403,
                        {
                            "data": {"csrf": "the-token"},
                            "headers": {"origin": "https://evil.example"},
                        },
                    ),
                    (
                        403,
                        {
                            "data": {"csrf": "the-token"},
                            "headers": {"sec-fetch-site": "cross-site"},
                        },
                    ),
                ]
                for expected, more in tries:
                    status = (await who.request(method, path, **more)).status_code
                    if status != expected:
                        wrong.append(f"{method} {path} {more}: {status}")
        return wrong

    none_of(asyncio.run(look()))


TRICKS = (
    "..", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "a%00b", "%00", "%0d%0aset-cookie%3aa", "%ff",
    "-1", "99999999999999999999999", "1e9", "a" * 3000, "%E2%80%AE", "'%20OR%201%3d1", "*", "%25", "con", "%5c..%5c",
    "{}", "__class__",
)  # fmt: skip


def test_no_name_in_an_address_leads_elsewhere(stage: Stage) -> None:
    """Not out of a folder, not to a fault: what is no name of a thing of ours is not there."""

    async def look() -> list[str]:
        wrong = []
        async with stage.browser("@ops") as ops:
            for page, method in every():
                if method != "GET" or page.need.public or "/stream" in page.path:
                    continue
                for place in matrix.places(page):
                    plain = {one: matrix.row_of(one).any for one in matrix.places(page)}
                    for trick in TRICKS:
                        path = matrix.filled(page, {**plain, place: trick}, "acme")
                        status, _, text = await fetched(ops, path)
                        if status in FAULTS or "root:" in text:
                            wrong.append(
                                f"{path[:200]}: {status} {text[-200:] if status == 599 else ''}"
                            )
        return wrong

    none_of(asyncio.run(look()))


def test_no_upload_is_larger_or_called_otherwise_than_a_page_takes(stage: Stage) -> None:
    async def look() -> list[str]:
        wrong = []
        async with stage.browser("@ops") as ops, stage.browser("acme/alice") as alice:
            for page, method in every():
                if method in ("GET", "HEAD") or page.need.public:
                    continue
                who = ops if page.need.role == "admin" else alice
                path = matrix.own(page, "admin" if who is ops else "tenant_admin")
                if path is None or page.path == "/sign-out":
                    continue
                head = {"content-length": str(page.largest + 1), "x-csrf-token": "the-token"}
                status = (await who.request(method, path, headers=head, content=b"")).status_code
                if status != 413:
                    wrong.append(f"{method} {path}: {status} for too much")
                if page.largest <= 256 * 1024:
                    continue
                # All of them at once: each save looks at the whole site.
                names = (
                    "../../../../tmp/evil.wav",
                    "a\0b.wav",
                    "<script>.pdf",
                    "." * 300,
                    "",
                    "x.wav",
                    "y.csv",
                )
                fields = ("file", "files", "upload", "greeting", "media", "picture", "rates")
                files = [
                    (field, (name, b"MZ\x90\0 not what it says", "audio/wav"))
                    for field, name in zip(fields, names, strict=True)
                ]
                try:
                    found = await who.request(
                        method, path, files=files, data={"csrf": "the-token", "act": "upload"}
                    )
                except Exception as error:
                    wrong.append(f"{method} {path}: {error!r}")
                    continue
                if found.status_code in FAULTS:
                    wrong.append(f"{method} {path}: {found.status_code}")
        return wrong

    none_of(asyncio.run(look()))
    assert not list(stage.folder.rglob("evil.wav"))
