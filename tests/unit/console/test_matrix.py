"""Every page, every role: who may come, and to whose things. Derived from the table of pages.

What a role may not see looks as if it were not there (404), or says that the role does not reach (403);
never 200, and never a fault.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest

from dialform.console.accounts import accounts
from dialform.console.accounts.passwords import Passwords
from dialform.console.accounts.reception import Reception
from dialform.console.page import Page
from dialform.console.table import pages
from dialform.console.visitor import visitor_of

from . import matrix
from .accounts.world import CHEAP, PASSWORD
from .rival import prepared_with_rival, seed
from .stage import SUBJECTS, Browser, Stage

CLOSED = (403, 404)
"""How a page says no."""
FINE = (200, 204, 303, 400, 409, 422, 503)
"""How a page answers whoever may come: what was sent is empty, and there is no switch."""
TELLING = (
    "rival/",
    "rival.example",
    "rival-web",
    "rivalmusic",
    "3001",
    "3002",
    "3999",
    "12125550288",
    "aabbcc999999",
    "12125550187",
)
"""What no page of acme may say."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for all: what these tests send is empty, and changes nothing that another one asks for."""
    folder = tmp_path_factory.mktemp("matrix")
    stage = Stage(folder / "stage", prepared_with_rival(folder / "made"))
    seed(stage)
    kept = Passwords(CHEAP).hash(PASSWORD)
    for subject in ("@me", "acme/bob"):  # the first is whom the tests' door names
        accounts.create(stage.ground.database, subject, now=1, password=kept)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def a_server_of_its_own(stage: Stage) -> None:
    """What areas keep for all requests belongs to one loop."""
    stage.ground.parts.clear()
    stage.ground.parts["reception"] = Reception(stage.ground, Passwords(CHEAP))


def every() -> Iterator[tuple[Page, str]]:
    """Each page with each of its methods."""
    for page in pages():
        for method in page.methods:
            yield page, method


def none_of(wrong: list[str]) -> None:
    """Fail with all of it, whole."""
    if wrong:
        pytest.fail("\n".join(["", *wrong]), pytrace=False)


async def ask(
    browser: Browser, method: str, path: str, texts: dict[str, str] | None = None
) -> int | str:
    """The status of an answer, or the fault that it is; of a stream only its head is read."""
    try:
        if method == "GET" and "/stream" in path:
            return await head(browser, path)
        if method == "GET":
            found = await browser.get(path)
        else:
            found = await browser.request(method, path, data={"csrf": "the-token"})
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if texts is not None:
        texts[f"{method} {path}"] = found.text
    return found.status_code


async def head(browser: Browser, path: str) -> int:
    """The status of a stream, which never ends by itself."""
    from starlette.types import Message

    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    app = browser._client._transport.app  # type: ignore[attr-defined]
    headers = [
        (name.lower().encode(), value.encode()) for name, value in browser._client.headers.items()
    ]
    scope = {
        "type": "http", "method": "GET", "path": path.partition("?")[0],
        "raw_path": path.partition("?")[0].encode(), "query_string": path.partition("?")[2].encode(),
        "headers": headers, "http_version": "1.1", "scheme": "https", "root_path": "",
        "server": ("portal.example.com", 443), "client": ("127.0.0.1", 1), "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def receive() -> Message:
        if not done.done():
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start" and not done.done():
            done.set_result(message["status"])

    task = asyncio.create_task(app(scope, receive, send))
    await asyncio.wait([done, task], return_when=asyncio.FIRST_COMPLETED, timeout=20)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return done.result()


def test_every_name_in_an_address_has_a_row() -> None:
    needed = {place for page in pages() for place in matrix.missing(page)}
    assert not needed, f"say in tests/unit/console/matrix.py whose these are: {sorted(needed)}"


def test_every_row_is_of_a_page() -> None:
    used = {place for page in pages() for place in matrix.places(page)}
    assert set(matrix.ROWS) <= used, sorted(set(matrix.ROWS) - used)


def test_pages_of_a_tenant_and_of_admins_are_where_they_belong() -> None:
    for page in pages():
        if page.path.startswith("/admin/") or page.path == "/admin":
            assert page.need.role == "admin", page.name
        if "{tenant}" in page.path:
            assert page.path.startswith("/t/{tenant}/") and not page.need.public, page.name
        if page.need.public:
            assert page.path.split("/")[1] in {
                "sign-in", "welcome", "reset", "second-factor", "openid", "health", "offline",
                "manifest.webmanifest", "sw.js",
            }, f"{page.name} is for everybody: is that meant?"  # fmt: skip
        if set(page.methods) - {"GET", "HEAD"} and not page.csrf:
            assert page.need.public, f"{page.name} takes forms from anywhere"


def test_who_is_not_signed_in_comes_nowhere(stage: Stage) -> None:
    async def look() -> list[str]:
        wrong = []
        async with stage.browser() as nobody:
            for page, method in every():
                if page.need.public:
                    continue
                path = matrix.somehow(page)
                status = await ask(nobody, method, path)
                if status != (303 if method == "GET" else 401):
                    wrong.append(f"{method} {path}: {status}")
        return wrong

    none_of(asyncio.run(look()))


@pytest.mark.parametrize("role", matrix.ROLES)
def test_each_role_comes_where_it_may_and_nowhere_else(stage: Stage, role: str) -> None:
    """And what stands in the pages that it opens is not another tenant's."""
    visitor = visitor_of(stage.ground.released(), 1, role, SUBJECTS[role])
    assert visitor is not None and visitor.role == role
    texts: dict[str, str] = {}

    async def look() -> list[str]:
        wrong = []
        async with stage.browser(role) as browser:
            for page, method in every():
                if page.need.public or page.path == "/sign-out":
                    continue
                path = matrix.own(page, role)
                status = await ask(browser, method, path or matrix.somehow(page), texts)
                if not page.need.met(visitor):
                    fine = status == 403
                elif path is None:
                    fine = status in (*CLOSED, *_away(page))
                else:
                    fine = status in (*FINE, *matrix.STRICTER.get(page.path, {}).get(role, ()))
                if not fine:
                    wrong.append(f"{method} {path or matrix.somehow(page)}: {status}")
        return wrong

    none_of(asyncio.run(look()))
    if role != "admin":
        told = [f"{one}: {word}" for one, text in texts.items() for word in TELLING if word in text]
        none_of(told)


@pytest.mark.parametrize("role", matrix.ROLES)
def test_no_other_tenants_pages_open(stage: Stage, role: str) -> None:
    """Those of a tenant that is there look as those of one that is not. An admin sees all that are."""
    visitor = visitor_of(stage.ground.released(), 1, role, SUBJECTS[role])
    others = ["rival", "nosuch"] if role != "admin" else ["nosuch"]
    odd = ["ACME", "acme%00", "acme%2f..%2frival", "%2e%2e", "a" * 300, "acme%0a", "%ff"]

    async def look() -> list[str]:
        wrong = []
        async with stage.browser(role) as browser:
            for page, method in every():
                if "{tenant}" not in page.path:
                    continue
                for tenant in others + (odd if page.path.count("/") == 3 else []):
                    path = matrix.somehow(page, tenant)
                    status = await ask(browser, method, path)
                    if status != (404 if page.need.met(visitor) else 403):
                        if status == 404 and tenant in odd:
                            continue  # no path of ours at all
                        wrong.append(f"{method} {path}: {status}")
        return wrong

    none_of(asyncio.run(look()))


@pytest.mark.parametrize("role", matrix.ROLES)
def test_names_of_another_tenants_things_open_nothing(stage: Stage, role: str) -> None:
    """In a tenant's own address somebody else's number, device, mailbox is none: for admins as well."""

    async def look() -> list[str]:
        wrong = []
        async with stage.browser(role) as browser:
            for page, method in every():
                for path in matrix.foreign(page, "rival"):
                    status = await ask(browser, method, path)
                    if status not in (*CLOSED, *_away(page)):
                        wrong.append(f"{method} {path}: {status}")
        return wrong

    none_of(asyncio.run(look()))


@pytest.mark.parametrize("role", ["user", "end_user"])
def test_names_of_other_peoples_things_open_nothing(stage: Stage, role: str) -> None:
    """Whoever manages nothing sees what is theirs: others' things of the same tenant are not there."""

    async def look() -> list[str]:
        wrong = []
        async with stage.browser(role) as browser:
            for page, method in every():
                for path in matrix.foreign(page, "others"):
                    status = await ask(browser, method, path)
                    if status not in (*CLOSED, *_away(page)):
                        wrong.append(f"{method} {path}: {status}")
        return wrong

    none_of(asyncio.run(look()))


def test_the_menu_leads_only_where_one_may_come(stage: Stage) -> None:
    async def look() -> list[str]:
        wrong = []
        for role in matrix.ROLES:
            async with stage.browser(role) as browser:
                home = (await browser.get("/")).text
                menu = home[home.index('<nav id="menu"') :].split("</nav>")[0]
                for path in re.findall(r'href="(/[^"]*)"', menu):
                    status = await ask(browser, "GET", path)
                    if status not in FINE:
                        wrong.append(f"{role}: {path}: {status}")
        return wrong

    none_of(asyncio.run(look()))


def _away(page: Page) -> tuple[int, ...]:
    """Whether a page may say that the switch is away, before it says that there is no such thing."""
    return (503,) if "/live/" in page.path or page.path.startswith("/me/voicemail/") else ()
