"""What a host is told of faxes names each tenant in its own files alone, and is there in full."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.renderers import site as renderer
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "acme": ("acme", "Acme", "+1212555"),
    "janes-bakery": ("janes-bakery", "Bakery", "+1504555"),
    "nordlicht": ("nordlicht", "Nordlicht", "+494066969"),
}
"""What stands in a tenant's own files."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    assert build(Run(scan(ROOT), open_store(None, {}), 1), renderer, Options(out)).files
    return out / "pbx1"


def told(host: Path, slug: str) -> str:
    """The paths and the text of all that the fax service is told of a tenant."""
    own = sorted((host / f"fax/files/{slug}").rglob("*"))
    files = [host / f"fax/tenants/{slug}.json", *(path for path in own if path.is_file())]
    return "\n".join(f"{path}\n{path.read_bytes().decode(errors='replace')}" for path in files)


def named(value: Any) -> Iterator[str]:
    """The files that a tenant's file names."""
    if isinstance(value, dict):
        yield from (found for inner in value.values() for found in named(inner))
    elif isinstance(value, list):
        yield from (found for inner in value for found in named(inner))
    elif isinstance(value, str) and value.startswith("fax/files/"):
        yield value


@pytest.mark.parametrize("slug", NAMES)
def test_a_tenants_faxes_name_no_other_tenant(host: Path, slug: str) -> None:
    text = told(host, slug)
    assert all(name in text for name in NAMES[slug])
    for other in NAMES.keys() - {slug}:
        assert not [name for name in NAMES[other] if name in text]


def test_the_ways_out_name_no_tenant(host: Path) -> None:
    text = (host / "fax/ways.json").read_text()
    assert not [
        name for slug, company, _ in NAMES.values() for name in (slug, company) if name in text
    ]


def test_every_file_that_is_named_is_there_with_what_it_shows(host: Path) -> None:
    files = set(named([json.loads(one.read_text()) for one in (host / "fax/tenants").iterdir()]))
    there = {
        str(path.relative_to(host)) for path in (host / "fax/files").rglob("*") if path.is_file()
    }
    assert there - files == {"fax/files/acme/acme/logo.png"}, "a cover page shows it"
    assert files <= there


def test_what_is_a_tenants_is_the_groups_alone(host: Path) -> None:
    for folder in ("fax/tenants", "fax/files"):
        files = [path for path in (host / folder).rglob("*") if path.is_file()]
        assert files
        assert {path.stat().st_mode & 0o777 for path in files} == {0o640}


def test_an_account_is_told_as_faxes_need_it(host: Path) -> None:
    bakery = json.loads((host / "fax/tenants/janes-bakery.json").read_text())
    (account,) = bakery["accounts"]
    assert (account["e164"], account["station_id"]) == ("+15045550143", "+15045550143")
    assert account["header"] == "Jane's Bakery & Pâtisserie"
