"""What a phone fetches names its own tenant and no other; it is the same bytes every time."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.renderers import site as renderer
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[3]
SLUGS = ("acme", "janes-bakery", "nordlicht")
NAMES = {"acme": "Acme", "janes-bakery": "Jané", "nordlicht": "Größe"}
"""What stands in a tenant's own files."""


def compiled(out: Path, jobs: int = 1) -> Path:
    assert build(Run(scan(ROOT), open_store(None, {}), jobs), renderer, Options(out)).files
    return out / "pbx1"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def fetched(host: Path) -> Mapping[str, str]:
    """All that the phones of each tenant fetch, its index with it."""
    found = {}
    for slug in SLUGS:
        index = host / f"phones/tenants/{slug}.json"
        macs = [device["mac"] for device in json.loads(index.read_text())["devices"]]
        files = [path for mac in macs for path in sorted((host / "provisioning" / mac).iterdir())]
        found[slug] = "\n".join(path.read_text() for path in [index, *files])
    return found


@pytest.mark.parametrize("slug", SLUGS)
def test_a_phone_names_no_other_tenant(fetched: Mapping[str, str], slug: str) -> None:
    assert slug in fetched[slug]
    for other in SLUGS:
        if other != slug:
            assert other not in fetched[slug]
            assert NAMES[other] not in fetched[slug]


def test_every_phone_is_of_one_tenant(host: Path) -> None:
    indexes = [json.loads(path.read_text()) for path in (host / "phones/tenants").iterdir()]
    macs = [device["mac"] for index in indexes for device in index["devices"]]
    assert len(macs) == len(set(macs))
    assert {path.name for path in (host / "provisioning").iterdir()} == set(macs)


def test_what_holds_passwords_is_the_groups_alone(host: Path) -> None:
    for folder in ("provisioning", "phones/tenants"):
        files = [path for path in (host / folder).rglob("*") if path.is_file()]
        assert files
        assert {path.stat().st_mode & 0o777 for path in files} == {0o640}


def test_the_index_knows_no_secret_in_clear(host: Path) -> None:
    """Hashes stand there; what they are of stands in the phones' own files alone."""
    for path in (host / "phones/tenants").iterdir():
        text, index = path.read_text(), json.loads(path.read_text())
        for device in index["devices"]:
            files = list((host / "provisioning" / device["mac"]).iterdir())
            own = "".join(file.read_text() for file in files)
            (token,) = {
                part.split("/")[0].split('"')[0].split("<")[0].split()[0]
                for part in own.split("https://pbx.example.com/provision/")[1:]
            } or {"-"}
            assert token == "-" or (len(token) == 24 and token not in text)


def test_the_same_bytes_whoever_works(host: Path, tmp_path: Path) -> None:
    def read(folder: Path) -> dict[str, Any]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for part in ("provisioning", "phones")
            for path in (folder / part).rglob("*")
            if path.is_file()
        }

    assert read(compiled(tmp_path, jobs=2)) == read(host)
