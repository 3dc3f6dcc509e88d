"""What browsers load was built from the sources that lie here, is whole, and says whose work is in it."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from dialform.console.templating import STATIC

WEB = STATIC.parent / "web"
BUILT = json.loads((STATIC / "built.json").read_text("utf-8"))
AGAIN = "build it again: cd console/web && npm install && node build.mjs, and commit console/static"


def sources() -> str:
    """The digest of all sources, as build.mjs makes it: no node is needed to compare."""
    own = [path for part in ("src", "css", "icons") for path in (WEB / part).rglob("*")]
    digest = hashlib.sha256()
    for path in sorted([*own, WEB / "package.json", WEB / "build.mjs"], key=str):
        if path.is_file():
            name = path.relative_to(WEB).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def test_it_was_built_from_these_sources() -> None:
    assert BUILT["sources"] == sources(), AGAIN


def test_each_file_is_the_one_that_was_built_and_no_other_lies_there() -> None:
    there = {
        path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in STATIC.rglob("*")
        if path.is_file() and path.name != "built.json"
    }
    assert there == BUILT["files"], AGAIN


def test_what_others_made_of_it_is_named_with_their_licence() -> None:
    text = (STATIC / "licences.txt").read_text("utf-8")
    for name, version in json.loads((WEB / "package.json").read_text("utf-8"))[
        "dependencies"
    ].items():
        assert re.search(rf"^{re.escape(name)} {re.escape(version)} \(.+\)$", text, re.M)
    for part in re.split(r"^----$", text, flags=re.M):
        assert "copyright" in part.lower() or "permission" in part.lower(), part.splitlines()[:3]


@pytest.mark.parametrize("name", ["app.css", "app.js", "phone.js", "sw.js"])
def test_nothing_is_loaded_from_elsewhere_and_no_text_is_run(name: str) -> None:
    text = (STATIC / name).read_text("utf-8")
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", text)
    assert not re.search(r"importScripts\(|import\(\s*['\"]https?:", text)


def test_styles_stand_in_files_and_scripts_too() -> None:
    """The policy forbids the others, so a template that has one looks wrong, or does nothing."""
    for path in Path(STATIC.parent / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        for tag in re.findall(r"<[a-z][^>]*>", text):
            assert not re.search(r"\s(?:style|on[a-z]+)=", tag), f"{path.name}: {tag}"
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path.name
        assert "<style" not in text, path.name
