"""What somebody did to released files, or to their hidden twins, does not outlive the next compile."""

import os
import shutil
from pathlib import Path

import pytest

from dialform.compiler import looks
from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.compiler.stamp import Stamp
from dialform.renderers import site as renderer
from dialform.schema.tree import scan

SITE = Path(__file__).resolve().parents[2] / "tests/sites/base"
PHONES = """\
devices:
  "805ec0aa00{n}": {{label: Desk, vendor: yealink, model: t46s, lines: [{{extension: "1001"}}]}}
  "000b82aa00{n}": {{label: Hall, vendor: grandstream, model: gxp2170, lines: [{{extension: "1001"}}]}}
"""
TENANT = """\
company: {slug}
permissions: [fpbx_extension, devices]
subscription: {{package: office}}
extensions: {{"1001": {{name: Somebody}}}}
"""
TAMPER = {
    "changed": lambda file: file.write_text("by hand"),
    "removed": lambda file: file.unlink(),
    "replaced": lambda file: (file.unlink(), file.write_text("by hand")),
    "folder removed": lambda file: shutil.rmtree(file.parent),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Three tenants with two phones each, long ago."""
    root = tmp_path / "site"
    shutil.copytree(SITE, root)
    for path in (root / "tenants.d").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for n, slug in enumerate(("alpha", "beta", "gamma"), 10):
        text = TENANT.format(slug=slug) + PHONES.format(n=n)
        (root / f"tenants.d/{slug}.yaml").write_text(text)
    for path in root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return root


@pytest.fixture(params=[0, 10**6], ids=["processes", "alone"], autouse=True)
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether files are looked at in processes of their own."""
    monkeypatch.setattr(looks, "_MANY", request.param)


def compiled(site: Path, out: Path) -> dict[str, bytes]:
    """What is released, by path."""
    outcome = build(Run(scan(site), open_store(None, {}), 1), renderer, Options(out))
    assert outcome.released, [d for d in outcome.diagnostics if d.severity.value == "error"]
    files = {p.relative_to(out): p.read_bytes() for p in out.glob("[!.]*/**/*") if p.is_file()}
    return {str(path): content for path, content in files.items()}


def of_phone(out: Path, host: str) -> Path:
    """The file of a phone of beta's."""
    return next(out.glob(f"{host}/provisioning/805ec0aa0011/*"))


@pytest.mark.parametrize("how", TAMPER)
def test_a_phones_file_that_somebody_touched_is_noticed_and_mended(
    how: str, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    before = compiled(site, out)
    assert Stamp(out).why_not(scan(site), [], None) == ""
    TAMPER[how](of_phone(out, "pbx1"))
    assert "in the output was changed" in Stamp(out).why_not(scan(site), [], None)
    assert compiled(site, out) == before
    assert Stamp(out).why_not(scan(site), [], None) == ""


@pytest.mark.parametrize("how", TAMPER)
def test_what_was_done_to_the_hidden_twin_is_never_released(
    how: str, site: Path, tmp_path: Path
) -> None:
    out, cold = tmp_path / "out", tmp_path / "cold"
    compiled(site, out)
    victim = of_phone(out, ".pbx1.next")
    if how == "changed":  # the twin's file alone, not the one that it is a link to
        content = victim.read_bytes()
        victim.unlink()
        victim.write_bytes(content)
    TAMPER[how](victim)
    (site / "tenants.d/gamma.yaml").write_text(
        (site / "tenants.d/gamma.yaml").read_text().replace("Somebody", "Anybody")
    )
    assert compiled(site, out) == compiled(site, cold)


@pytest.mark.parametrize("edited", [["beta"], ["alpha", "beta", "gamma"]])
def test_after_a_compile_the_twin_is_what_was_released(
    edited: list[str], site: Path, tmp_path: Path
) -> None:
    """Or the next change of one tenant would cost as much as all of them."""
    out = tmp_path / "out"
    compiled(site, out)
    assert Stamp(out).changed_behind() == {}
    for slug in edited:
        path = site / f"tenants.d/{slug}.yaml"
        path.write_text(path.read_text().replace("Somebody", "Anybody"))
    compiled(site, out)
    assert Stamp(out).changed() == Stamp(out).changed_behind() == {}
    assert Stamp(out).looks.hosts["pbx1"] == ["alpha", "beta", "gamma"]


def test_files_of_a_tenant_that_is_gone_are_gone_after_two_compiles_as_well(
    site: Path, tmp_path: Path
) -> None:
    out, cold = tmp_path / "out", tmp_path / "cold"
    compiled(site, out)
    (site / "tenants.d/beta.yaml").unlink()
    assert compiled(site, out) == compiled(site, cold)
    assert not list(out.glob("*/provisioning/805ec0aa0011"))
    (site / "tenants.d/gamma.yaml").touch()
    assert compiled(site, out) == compiled(site, cold)
    assert not list(out.glob("*/provisioning/805ec0aa0011"))
    assert not list(out.glob(".*/provisioning/805ec0aa0011"))
