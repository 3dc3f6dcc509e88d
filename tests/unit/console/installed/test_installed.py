"""What makes the portal an app: anybody may fetch it, nothing of anybody is in it, and it knows its place."""

import asyncio
import json
import re

from dialform.console.templating import built

from ..stage import Stage


def fetched(stage: Stage, path: str) -> tuple[int, str, dict[str, str]]:
    async def look() -> tuple[int, str, dict[str, str]]:
        async with stage.browser() as nobody:
            found = await nobody.get(path)
            return found.status_code, found.text, dict(found.headers)

    return asyncio.run(look())


def test_the_manifest_names_icons_that_are_there(stage: Stage) -> None:
    status, text, headers = fetched(stage, "/manifest.webmanifest")
    manifest = json.loads(text)
    assert status == 200 and headers["content-type"] == "application/manifest+json"
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert fetched(stage, icon["src"])[0] == 200


def test_the_worker_keeps_files_that_are_there_and_may_have_all_of_the_portal(stage: Stage) -> None:
    status, text, headers = fetched(stage, "/sw.js")
    told = json.loads(re.match(r"self\.BUILT = (.*);\n", text).group(1))  # type: ignore[union-attr]
    assert status == 200 and headers["service-worker-allowed"] == "/"
    assert headers["cache-control"] == "no-cache"
    assert told["offline"] in told["kept"]
    for path in told["kept"]:
        assert fetched(stage, path)[0] == 200


def test_another_build_is_another_worker(stage: Stage, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    before = fetched(stage, "/sw.js")[1]
    changed = {**built(), "app.css": "0" * 64}
    monkeypatch.setattr("dialform.console.installed.pages.built", lambda: changed)
    assert fetched(stage, "/sw.js")[1] != before


def test_the_page_without_a_network_needs_nothing_else_and_is_nobody_s(stage: Stage) -> None:
    status, text, _ = fetched(stage, "/offline")
    assert status == 200 and "There is no network" in text
    assert "csrf" not in text and "data-phone" not in text
    _, worker, _ = fetched(stage, "/sw.js")
    for path in re.findall(r'(?:href|src)="([^"]+)"', text):
        assert path in worker


def test_it_lies_below_the_portal_s_root(make_stage) -> None:  # type: ignore[no-untyped-def]
    stage = make_stage(base_url="https://portal.example.com/pbx/")
    manifest = json.loads(fetched(stage, "/pbx/manifest.webmanifest")[1])
    assert manifest["scope"] == "/pbx/" and manifest["icons"][0]["src"].startswith("/pbx/static/")
    assert fetched(stage, "/pbx/sw.js")[2]["service-worker-allowed"] == "/pbx/"
