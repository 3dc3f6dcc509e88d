"""Rates that are a file of many: what stands in it, and another one in its place."""

import csv
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from dialform.compiler.pricing.cells import COLUMNS
from dialform.console.administration.asking import Answer, asked
from dialform.console.downloads import saved
from dialform.console.errors import NotThere
from dialform.console.listing import listing
from dialform.console.need import ADMIN
from dialform.console.objects.where import tip
from dialform.console.page import Context, Page
from dialform.console.saving import Edit
from dialform.console.site import Site
from dialform.schema.tree import SLUG

LARGEST = 16 * 1024 * 1024
"""Bytes of a file of rates."""
_MOST = 200_000
"""Rows that are looked through."""


async def file(context: Context) -> Response:
    """The prices of a rate's file: an admin's."""
    site, key, path = await _file(context)
    rows, columns = await context.ground.off(_rows, site, path)
    found = listing(context, rows, text=lambda row: " ".join(row.values()))
    return context.render(
        "administration/rate_file.html", key=key, path=path, listing=found, columns=columns,
    )  # fmt: skip


async def download(context: Context) -> Response:
    """The file as it is: an admin's."""
    site, key, path = await _file(context)
    raw = await context.ground.off(site.tree.read, path)
    return saved([raw], f"{key}.csv", "text/csv; charset=utf-8")


async def replaced(context: Context) -> Response:
    """Another file in its place: an admin's."""
    _, key, path = await _file(context)
    return await _uploaded(context, key, path, ())


async def new(context: Context) -> Response:
    """A new rate that is a file: an admin's."""
    if context.request.method == "GET":
        return _again(context, "", Answer())
    name = await context.text("name")
    site = await tip(context)
    known = site.view.billing.rates if site.view else {}
    if not SLUG.match(name) or name in known:
        sentence = (
            f"There is a rate {name} already." if name in known
            else "A name is made of small letters, digits and '-', and begins with a letter."
        )  # fmt: skip
        return _again(context, name, Answer(None, sentence, (), 422))
    path = f"rates/{name}.csv"
    edit = Edit(None, ("billing", "rates", name), {"file": path}, "")
    return await _uploaded(context, name, path, [edit])


async def _uploaded(context: Context, key: str, path: str, edits: Sequence[Edit]) -> Response:
    sent = (await context.form()).get("file")
    raw = await sent.read() if isinstance(sent, UploadFile) else b""
    if not raw.strip():
        answer: Response | Answer = Answer(None, "Choose a file with prices first.", (), 422)
    elif b"\0" in raw:
        answer = Answer(None, "This is no text: send a CSV file, as spreadsheets save it.", (), 422)
    else:
        word = "Add" if edits else "Change"
        answer = await asked(
            context, edits, f"{word} the prices of rate {key}", f"The prices of {key}",
            f"/admin/rates/{key}/file", files={path: raw},
        )  # fmt: skip
    return answer if isinstance(answer, Response) else _again(context, key, answer)


def _again(context: Context, name: str, answer: Answer) -> Response:
    return context.render(
        "administration/new_rate_file.html", answer.status, answer=answer, name=name,
        columns=tuple(COLUMNS),
    )  # fmt: skip


async def _file(context: Context) -> tuple[Site, str, str]:
    site = await tip(context)
    key = str(context.params["key"])
    rate = site.view.billing.rates.get(key) if site.view else None
    if rate is None or not rate.file or not site.tree.has(rate.file):
        raise NotThere("There is no such file of prices.")
    return site, key, rate.file


def _rows(site: Site, path: str) -> tuple[Sequence[Mapping[str, str]], Sequence[str]]:
    text = site.tree.read(path).decode("utf-8-sig", "replace")
    reader = csv.reader(text.splitlines())
    columns = [name.strip() for name in next(reader, [])][:20]
    rows: list[dict[str, Any]] = [
        dict(zip(columns, [*row, *[""] * len(columns)], strict=False))
        for row in islice(reader, _MOST)
        if any(cell.strip() for cell in row)
    ]
    return rows, columns


PAGES = (
    Page("/admin/rate-files/new", new, ADMIN, ("GET", "POST"), largest=LARGEST),
    Page("/admin/rates/{key}/file", file, ADMIN),
    Page("/admin/rates/{key}/file", replaced, ADMIN, ("POST",), largest=LARGEST),
    Page("/admin/rates/{key}/file.csv", download, ADMIN),
)
