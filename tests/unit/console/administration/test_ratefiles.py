"""Rates that are files: looked through, and put there whole, checked row by row."""

import asyncio

import httpx

from ..stage import Stage, git
from .test_tenants import got, pushed, shown

GOOD = b"service,prefix,per_minute\nvoice,+33,0.02\n"


def put(stage: Stage, path: str, raw: bytes, **fields: str) -> httpx.Response:
    async def send() -> httpx.Response:
        async with stage.browser("admin") as browser:
            return await browser.post(path, fields, files={"file": ("x.csv", raw, "text/csv")})

    return asyncio.run(send())


def test_a_file_is_searched_and_downloaded(shared: Stage) -> None:
    page = got(shared, "admin", "/admin/rates/world/file?q=%2B33")
    assert page.status_code == 200 and "+33" in page.text
    assert "rates/world.csv" in page.text
    raw = got(shared, "admin", "/admin/rates/world/file.csv")
    assert raw.headers["content-disposition"].startswith("attachment")
    assert raw.content == (shared.site / "rates/world.csv").read_bytes()
    assert got(shared, "admin", "/admin/rates/us/file").status_code == 404
    assert got(shared, "tenant_admin", "/admin/rates/world/file.csv").status_code == 403


def test_a_new_rate_comes_with_its_file(stage: Stage) -> None:
    done = put(stage, "/admin/rate-files/new", GOOD, name="france")
    assert done.status_code == 303, done.text
    assert shown(stage, pushed(stage), "billing.yaml")["rates"]["france"] == {
        "file": "rates/france.csv"
    }
    assert git(stage.remote, "show", f"{pushed(stage)}:rates/france.csv").encode() + b"\n" == GOOD


def test_a_row_that_is_wrong_is_told_and_nothing_is_put_there(shared: Stage) -> None:
    done = put(shared, "/admin/rate-files/new", GOOD + b"voice,+34,cheap\n", name="spain")
    assert done.status_code == 422
    assert "cheap" in done.text and "rates/spain.csv:3" in done.text
    for name, raw in (("world", GOOD), ("../x", GOOD), ("portugal", b""), ("portugal", b"a\0b")):
        assert put(shared, "/admin/rate-files/new", raw, name=name).status_code == 422
    assert not git(shared.remote, "for-each-ref", "refs/heads/portal")
