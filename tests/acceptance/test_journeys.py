"""What people do, from an empty folder to files that a switch boots from."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from .conftest import Run


def test_a_first_site(tmp_path: Path, run: Run) -> None:
    site, secrets = tmp_path / "first", tmp_path / "secrets"
    assert run("init", str(site), "--domain", "pbx.first.example", "--country", "DE").status == 0

    checked = run("validate", cwd=site)
    assert checked.status == 0
    assert re.fullmatch(r"\d+ infos?", checked.out.splitlines()[-1])

    trial = run("compile", cwd=site)
    assert trial.status == 0
    assert "placeholders" in trial.out
    assert manifest(site)["placeholders"] is True

    for name in ("master", "mycarrier"):
        made = run("secret", "set", "--secrets", str(secrets), "--file", name, "--random")
        assert made.status == 0
    real = run("compile", "--secrets", str(secrets), cwd=site)
    assert real.status == 0
    assert "start pbx1: freeswitch " in real.out
    assert "placeholders" not in real.out
    assert manifest(site)["placeholders"] is False

    password = run("secret", "show", "acme/2001", "--secrets", str(secrets), cwd=site)
    assert password.status == 0
    assert re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{24}\n", password.out)
    for path in (site / "out/pbx1/freeswitch").rglob("*.xml"):
        assert password.out.strip() not in path.read_text()

    again = run("compile", "--secrets", str(secrets), cwd=site)
    assert "up to date" in again.out


def test_every_xml_file_is_whole_and_holds_the_tenant(site: Path, run: Run) -> None:
    assert run("compile", cwd=site).status == 0
    folder = site / "out/pbx1/freeswitch"
    for path in folder.rglob("*.xml"):
        ElementTree.parse(path)
    for slug in ("acme", "janes-bakery", "nordlicht"):
        assert (folder / "tenants" / slug).is_dir()
    files = manifest(site)["files"]
    out = site / "out/pbx1"
    found = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    found.discard("manifest.json")
    assert set(files) == found


def test_a_rotated_password_reaches_the_directory(site: Path, tmp_path: Path, run: Run) -> None:
    secrets = tmp_path / "secrets"
    run("secret", "set", "--secrets", str(secrets), "--file", "master", "--random")
    for name in ("esl", "mycarrier"):
        run("secret", "set", "--secrets", str(secrets), "--file", name, "--random")
    for name in ("acme-general", "acme-conf"):
        run("secret", "set", "--secrets", str(secrets), "--file", name, "--stdin", stdin="8642")
    compile_ = ("compile", "--secrets", str(secrets), "--why")
    assert run(*compile_, cwd=site).status == 0
    old = hash_of(site, "1003")
    assert run("secret", "rotate", "acme/1003", cwd=site).status == 0
    done = run(*compile_, cwd=site)
    assert done.status == 0
    assert "compiled acme:" in done.out
    assert "compiled nordlicht:" not in done.out
    assert hash_of(site, "1003") != old


def hash_of(site: Path, number: str) -> str:
    text = (site / "out/pbx1/freeswitch/tenants/acme/directory.xml").read_text()
    found = re.search(rf'<user id="{number}".*?a1-hash" value="(\w+)"', text, re.DOTALL)
    assert found
    return found[1]


def test_an_edit_with_a_mistake_leaves_the_last_release(site: Path, run: Run) -> None:
    assert run("compile", cwd=site).status == 0
    before = manifest(site)
    file = site / "tenants.d/janes-bakery.yaml"
    file.write_text(file.read_text().replace('voicemail: "1001"', 'voicemail: "1077"'))
    done = run("compile", cwd=site)
    assert done.status == 3
    assert "nothing was written" in done.err
    assert manifest(site) == before


def test_schemas_are_written_for_editors(site: Path, run: Run) -> None:
    done = run("schema", "--out", "schemas", cwd=site)
    assert done.status == 0
    for line in done.out.splitlines():
        assert json.loads((site / line).read_text())["$schema"].startswith(
            "http://json-schema.org/draft-07/"
        )


def manifest(site: Path) -> dict:
    return json.loads((site / "out/pbx1/manifest.json").read_text())
