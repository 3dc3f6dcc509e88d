"""A host's folder holds what it was compiled from, and nothing of anybody who does not live there."""

import json
import os
from pathlib import Path

from dialform.compiler.build import Options, Outcome, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.compiler.states.state import open_state
from dialform.renderers import freeswitch
from dialform.schema.tree import scan

_PLATFORM = """
platform: demo
domain: pbx.example.com
hosts:
  pbx1: {address: 203.0.113.10, tenants: ["acme"]}
  pbx2: {address: 203.0.113.11}
"""
_ROUTES = """
routes:
  emergency: {exact: ["911"], toll: emergency, providers: [main]}
"""
_TENANT = """
company: %s
permissions: [fpbx_extension]
subscription: {package: small}
extensions:
  "1001": {name: One, password: Plain1Plain2Plain3}
"""


def written(root: Path) -> Path:
    """A site of two hosts; only the second has the tenant zeta."""
    files = {
        "platform.yaml": _PLATFORM,
        "routes.yaml": _ROUTES,
        "billing.yaml": "packages: {small: {slots: {extensions: 5}}}",
        "providers.d/main.yaml": "{host: 198.51.100.1, register: false}",
        "tenants.d/acme.yaml": _TENANT % "Acme",
        "tenants.d/zeta/account.yaml": _TENANT % "Zeta",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def compiled(site: Path, out: Path) -> Outcome:
    """Compile, without any finding that would stop it."""
    outcome = build(Run(scan(site), open_store(None, os.environ), 1), freeswitch, Options(out))
    assert outcome.released, outcome.diagnostics
    return outcome


def held(out: Path, host: str) -> dict[str, bytes]:
    """What lies in a host's `site/`."""
    root = out / host / "site"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_the_bytes_of_the_platform_and_of_its_own_tenants(tmp_path: Path) -> None:
    site, out = written(tmp_path / "site"), tmp_path / "out"
    compiled(site, out)
    assert "tenants.d/acme.yaml" in held(out, "pbx1")
    assert not any("zeta" in path for path in held(out, "pbx1"))
    everything = {
        str(path.relative_to(site)): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
    assert held(out, "pbx2") == everything


def test_is_for_the_group_of_the_switch_alone(tmp_path: Path) -> None:
    site, out = written(tmp_path / "site"), tmp_path / "out"
    compiled(site, out)
    files = [path for path in (out / "pbx2/site").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o640}
    listed = json.loads((out / "pbx2/manifest.json").read_bytes())["files"]
    assert listed["site/tenants.d/acme.yaml"]["mode"] == "0640"


def test_follows_each_change(tmp_path: Path) -> None:
    site, out = written(tmp_path / "site"), tmp_path / "out"
    compiled(site, out)
    (site / "tenants.d/acme.yaml").write_text(_TENANT % "Acme Corp")
    (site / "routes.yaml").write_text(_ROUTES + "# a word\n")
    (site / "tenants.d/zeta/account.yaml").unlink()
    (site / "tenants.d/zeta").rmdir()
    compiled(site, out)
    assert b"Acme Corp" in held(out, "pbx1")["tenants.d/acme.yaml"]
    assert held(out, "pbx1")["routes.yaml"].endswith(b"# a word\n")
    assert not any("zeta" in path for path in held(out, "pbx2"))
    assert open_state(str(out / "pbx2"), site).digest == open_state("worktree", site).digest


def test_a_comment_changes_nothing_on_the_switch(tmp_path: Path) -> None:
    site, out = written(tmp_path / "site"), tmp_path / "out"
    before = compiled(site, out).revision
    (site / "tenants.d/acme.yaml").write_text(_TENANT % "Acme" + "# a word\n")
    assert compiled(site, out).revision == before
    assert held(out, "pbx1")["tenants.d/acme.yaml"].endswith(b"# a word\n")


def test_what_somebody_changed_there_is_put_right(tmp_path: Path) -> None:
    site, out = written(tmp_path / "site"), tmp_path / "out"
    compiled(site, out)
    for path in (out / "pbx1/site/routes.yaml", out / "pbx1/site/tenants.d/acme.yaml"):
        path.unlink()
        path.write_text("spoiled")
    compiled(site, out)
    assert "spoiled" not in repr(held(out, "pbx1"))
