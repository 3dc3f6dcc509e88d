"""Merge requests: what each forge is asked, and that nothing it answers loses what was pushed."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dialform.console.saving import changes, take_back
from dialform.console.saving.forges import asking

from .conftest import Desk, heads

NAME = ("extensions", "1003", "name")
TITLE = "Carol has another name"


class _Forge:
    """A forge on loopback: answers as it was told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.answers: dict[str, tuple[int, Any]] = {}
        self.before: Callable[[], object] = lambda: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def _answer(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append((self.command, self.path, headers, body))
                outer.before()
                code, data = outer.answers.get(self.command, (200, []))
                raw = data if isinstance(data, bytes) else json.dumps(data).encode()
                self.send_response(code)
                if code == 302:
                    self.send_header("location", "http://127.0.0.1:9/elsewhere")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815 - as http.server calls them

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def forge() -> Iterator[_Forge]:
    made = _Forge()
    yield made
    made.close()


@pytest.fixture
def desk(forge: _Forge, make_desk: Callable[..., Desk]) -> Callable[[str], Desk]:
    def make(kind: str) -> Desk:
        entry = {"kind": kind, "url": forge.url, "project": "ops/site", "token": "the-token"}
        return make_desk("tenant_admin", forge=entry)

    return make


PATHS = {
    "github": "/api/v3/repos/ops/site/pulls",
    "gitlab": "/api/v4/projects/ops%2Fsite/merge_requests",
    "forgejo": "/api/v1/repos/ops/site/pulls",
}
TOKENS = {
    "github": ("authorization", "Bearer the-token"), "gitlab": ("private-token", "the-token"),
    "forgejo": ("authorization", "token the-token"),
}  # fmt: skip
LINKS = {"github": "html_url", "gitlab": "web_url", "forgejo": "html_url"}


@pytest.mark.parametrize("kind", PATHS)
def test_a_branch_gets_a_merge_request(
    forge: _Forge, desk: Callable[[str], Desk], kind: str
) -> None:
    one = desk(kind)
    forge.answers["POST"] = (201, {LINKS[kind]: "https://forge.example/ops/site/7"})
    done = one.save(one.edit(NAME, "Carol Doe"), message=f"{TITLE}\n\nSince May.")
    assert done.request == "https://forge.example/ops/site/7"
    ((method, path, headers, body),) = forge.asked
    assert (method, path) == ("POST", PATHS[kind])
    name, value = TOKENS[kind]
    assert headers[name] == value
    source, target, text = (
        ("source_branch", "target_branch", "description") if kind == "gitlab" else ("head", "base", "body")
    )  # fmt: skip
    assert (body["title"], body[source], body[target]) == (TITLE, done.branch, "main")
    assert body[text].startswith("Since May.\n    ~ acme extension 1003 name ")
    assert "[new calls]" in body[text]


@pytest.mark.parametrize("kind", PATHS)
def test_the_one_that_is_open_already_is_found(
    forge: _Forge, desk: Callable[[str], Desk], kind: str
) -> None:
    one = desk(kind)
    branch = "portal/acme.alice/1-a-change"
    mine = {"source_branch": branch} if kind == "gitlab" else {"head": {"ref": branch}}
    other = {"source_branch": "x"} if kind == "gitlab" else {"head": {"ref": "x"}}
    forge.answers["POST"] = (422 if kind == "github" else 409, {"message": "there already"})
    forge.answers["GET"] = (
        200,
        [{**other, LINKS[kind]: "https://a.example"}, {**mine, LINKS[kind]: "https://b.example"}],
    )
    assert one.save(one.edit(NAME, "Carol Doe")).request == "https://b.example"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((401, {}), "does not know the portal's token"),
        ((403, {}), "may not do that"),
        ((404, {}), "no such project"),
        ((429, {}), "has been asked too much"),
        ((500, b"<html>"), "answered 500"),
        ((503, {}), "answered 503"),
        ((302, {}), "answered 302"),
        ((201, b"no json"), "gave no address"),
        ((201, {"html_url": "javascript:alert(1)"}), "gave no address"),
        ((201, [1]), "gave no address"),
    ],
)
def test_whatever_the_forge_says_the_branch_is_there_and_one_is_told_why(
    forge: _Forge, desk: Callable[[str], Desk], answer: tuple[int, Any], told: str
) -> None:
    one = desk("forgejo")
    forge.answers["POST"] = answer
    done = one.save(one.edit(NAME, "Carol Doe"))
    assert told in done.way
    assert done.branch not in done.way  # people know no branches
    assert done.request == ""
    assert heads(one.stage)[done.branch] == done.commit
    assert "the-token" not in done.way
    assert len(forge.asked) == 1


def test_a_forge_that_answers_too_late_loses_nothing(
    forge: _Forge, desk: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    forge.before = lambda: go_on.wait(60)
    monkeypatch.setattr(asking, "WAIT", 0.2)
    one = desk("gitlab")
    done = one.save(one.edit(NAME, "Carol Doe"))
    go_on.set()
    assert "cannot be reached (ReadTimeout)" in done.way
    assert heads(one.stage)[done.branch] == done.commit
    assert changes(one.repository)[0].branch == done.branch


def test_a_forge_that_cannot_be_reached_loses_nothing(
    forge: _Forge, desk: Callable[[str], Desk]
) -> None:
    one = desk("gitlab")
    forge.close()
    done = one.save(one.edit(NAME, "Carol Doe"))
    assert "cannot be reached" in done.way
    assert heads(one.stage)[done.branch] == done.commit


@pytest.mark.parametrize("kind", PATHS)
def test_what_is_taken_back_is_closed_there(
    forge: _Forge, desk: Callable[[str], Desk], kind: str
) -> None:
    one = desk(kind)
    forge.answers["POST"] = (201, {LINKS[kind]: "https://forge.example/7"})
    done = one.save(one.edit(NAME, "Carol Doe"))
    mine = {"source_branch": done.branch, "iid": 7}
    if kind != "gitlab":
        mine = {"head": {"ref": done.branch}, "number": 7}
    forge.answers["GET"] = (200, [mine])
    one.run(take_back, done.url.removeprefix("/changes/"))
    method, path, _, body = forge.asked[-1]
    assert path == f"{PATHS[kind]}/7"
    expected = {"state_event": "close"} if kind == "gitlab" else {"state": "closed"}
    assert (method, body) == ("PUT" if kind == "gitlab" else "PATCH", expected)
    assert done.branch not in heads(one.stage)
