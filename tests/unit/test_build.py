"""Compiling again is compiling cold: same bytes, whatever was cached, in any order, by any workers."""

import json
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialform.compiler import build as building
from dialform.compiler import release, resolved
from dialform.compiler.build import Options, Outcome, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.compiler.stamp import Stamp
from dialform.renderers import site as renderer
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "platform.yaml",
    "routes.yaml",
    "billing.yaml",
    "providers.d",
    "tenants.d",
    "media",
    "rates",
)


def demo(target: Path) -> Path:
    """A copy of the demo site."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, target / part)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / part)
    return target


def compiled(site: Path, out: Path, secrets: Path | None = None, jobs: int = 1) -> Outcome:
    """Compile in this process."""
    run = Run(scan(site), open_store(secrets, os.environ), jobs)
    return build(run, renderer, Options(out, secrets))


def tree(out: Path) -> dict[str, tuple[int, bytes]]:
    """Every released file with its mode and bytes."""
    return {
        str(path.relative_to(out)): (path.stat().st_mode & 0o777, path.read_bytes())
        for host in out.iterdir()
        if not host.name.startswith(".")
        for path in host.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return demo(tmp_path / "site")


@pytest.fixture(scope="module")
def secrets() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    for name, value in {
        "master": "m" * 32, "esl": "e" * 16, "mycarrier": "c" * 16,
        "acme-general": "4829", "acme-conf": "7182",
    }.items():  # fmt: skip
        (folder / name).write_text(value)
    yield folder
    shutil.rmtree(folder)


def edit(site: Path, path: str, old: str, new: str) -> None:
    text = (site / path).read_text()
    assert old in text
    (site / path).write_text(text.replace(old, new))


def once(site: Path, path: str, old: str, new: str) -> None:
    """An edit that leaves its anchor standing: made again, it would write its key twice."""
    key = new.replace(old, "").strip().split(":")[0]
    assert f"{key}: " not in (site / path).read_text()
    edit(site, path, old, new)


EDITS = {
    "tenant": lambda s, n: edit(
        s, "tenants.d/acme/pbx.yaml", "name: Sales Team", f"name: Sales {n}"
    ),
    "comment": lambda s, n: _comment(s / "tenants.d/janes-bakery.yaml", n),
    "platform": lambda s, n: edit(s, "platform.yaml", "country: US", "country: CA"),
    "remove": lambda s, n: (s / "tenants.d/janes-bakery.yaml").unlink(),
    "copy": lambda s, n: _copy_tenant(s, n),
    "media": lambda s, n: _longer(s / "media/welcome.wav"),
    "provider": lambda s, n: edit(s, "providers.d/backup.yaml", "pai", "rpid"),
    "touch": lambda s, n: os.utime(s / "tenants.d/acme/pbx.yaml"),
    "nothing": lambda s, n: None,
    "carrier": lambda s, n: edit(
        s, "providers.d/mycarrier.yaml", "{secret: mycarrier}", "{secret: esl}"
    ),
    "phones": lambda s, n: edit(s, "platform.yaml", "/provision/", "/phones/"),
    "passwords": lambda s, n: _other_passwords(s),
    "token": lambda s, n: once(
        s, "tenants.d/janes-bakery.yaml", "model: gxp2170,", f"model: gxp2170, rotate: {n + 2},"
    ),
    "moves": lambda s, n: _phone_moves(s),
    "hosts": lambda s, n: once(
        s, "platform.yaml", "  pbx1:", "  pbx0: {address: 192.0.2.1, tenants: [nord*]}\n  pbx1:"
    ),
}


def _other_passwords(site: Path) -> None:
    """The phones' own pages: first one that stands in a file, then that of another file."""
    text = (site / "platform.yaml").read_text()
    if "admin_password" in text:
        edit(
            site,
            "platform.yaml",
            "admin_password: {secret: esl}",
            "admin_password: {secret: mycarrier}",
        )
    else:
        edit(
            site,
            "platform.yaml",
            "provisioning: {",
            "provisioning: {admin_password: {secret: esl}, ",
        )


def _phone_moves(site: Path) -> None:
    """A phone of the bakery's becomes Nordlicht's."""
    edit(site, "tenants.d/janes-bakery.yaml", "000b82a1b2c4", "000b82a1b2ff")
    edit(site, "tenants.d/nordlicht/phones.yaml", "000b82a00014", "000b82a1b2c4")


def _copy_tenant(site: Path, n: int) -> None:
    text = (
        "company: Copy Ltd\npermissions: [fpbx_extension]\n"
        "subscription: {package: business, plan: standard}\n"
        f'extensions: {{"1001": {{name: Copy {n}}}}}\n'
    )
    (site / f"tenants.d/copy-{n}.yaml").write_text(text)


def _comment(path: Path, n: int) -> None:
    path.write_text(path.read_text() + f"\n# {n}\n")


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0\0")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=5),
    jobs=st.sampled_from([1, 2]),
    with_secrets=st.booleans(),
)
def test_cached_output_is_cold_output_byte_for_byte(
    edits: list[str], jobs: int, with_secrets: bool, secrets: Path
) -> None:
    folder = secrets if with_secrets else None
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        site = demo(base / "site")
        compiled(site, base / "warm", folder)
        for number, what in enumerate(edits):
            try:
                EDITS[what](site, number)
            except (FileNotFoundError, AssertionError):
                continue  # that edit was made already
            compiled(site, base / "warm", folder, jobs)
        outcome = compiled(site, base / "cold", folder, jobs)
        assert outcome.released, outcome.diagnostics
        assert tree(base / "warm") == tree(base / "cold")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("providers.d/mycarrier.yaml", "{secret: mycarrier}", "{secret: esl}"),
        ("providers.d/mycarrier.yaml", "{secret: mycarrier}", "{env: DIALFORM_TEST}"),
        ("providers.d/mycarrier.yaml", "{secret: mycarrier}", "plainly"),
        ("platform.yaml", "password: {secret: esl}", "password: {secret: mycarrier}"),
        ("platform.yaml", "admin_password: {secret: esl}", "admin_password: {secret: mycarrier}"),
        ("platform.yaml", "admin_password: {secret: esl}", "admin_password: {env: DIALFORM_TEST}"),
        ("platform.yaml", "admin_password: {secret: esl}", "admin_password: plainly"),
    ],
)
def test_another_secret_of_the_platforms_own_files_is_told(
    path: str, old: str, new: str, site: Path, tmp_path: Path, secrets: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _other_passwords(site)
    monkeypatch.setenv("DIALFORM_TEST", "one value")
    compiled(site, tmp_path / "warm", secrets)
    edit(site, path, old, new)
    before = tree(tmp_path / "warm")
    compiled(site, tmp_path / "warm", secrets)
    compiled(site, tmp_path / "cold", secrets)
    assert tree(tmp_path / "warm") == tree(tmp_path / "cold") != before
    if "env" in new:
        monkeypatch.setenv("DIALFORM_TEST", "another value")
        compiled(site, tmp_path / "warm", secrets)
        assert tree(tmp_path / "warm") != tree(tmp_path / "cold")
        compiled(site, tmp_path / "cold", secrets)
        assert tree(tmp_path / "warm") == tree(tmp_path / "cold")
    elif new == "plainly":
        edit(site, path, new, "otherwise")
        before = tree(tmp_path / "warm")
        compiled(site, tmp_path / "warm", secrets)
        shutil.rmtree(tmp_path / "cold")
        compiled(site, tmp_path / "cold", secrets)
        assert tree(tmp_path / "warm") == tree(tmp_path / "cold") != before


def test_a_change_of_one_tenant_compiles_that_tenant_and_says_why(
    site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert compiled(site, out).compiled == 3
    edit(site, "tenants.d/acme/pbx.yaml", "Sales Team", "Sales Desk")
    outcome = compiled(site, out)
    assert outcome.why == {"acme": "its own files changed"}


@pytest.mark.parametrize(
    ("what", "reason"),
    [("platform", "platform.yaml"), ("media", "sound file"), ("provider", "")],
)
def test_why_names_the_part_that_changed(
    what: str, reason: str, site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    compiled(site, out)
    EDITS[what](site, 0)
    outcome = compiled(site, out)
    assert all(reason in why for why in outcome.why.values())
    # What a provider takes is in the shared outbound file: no tenant is compiled for it.
    assert bool(outcome.why) == bool(reason)


def test_an_output_file_changed_by_hand_is_made_again(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    compiled(site, out)
    before = tree(out)
    victim = out / "pbx1/freeswitch/tenants/acme/directory.xml"
    victim.chmod(0o600)
    victim.write_text("<by-hand/>")
    (out / "pbx1/freeswitch/tenants/nordlicht/dialplan.xml").unlink()
    outcome = compiled(site, out)
    assert set(outcome.why) == {"acme", "nordlicht"}
    assert tree(out) == before


def test_an_error_leaves_the_released_folder_as_it_was(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    compiled(site, out)
    before = tree(out)
    edit(
        site,
        "tenants.d/acme/pbx.yaml",
        'no_answer: {voicemail: "1999"}',
        'no_answer: {voicemail: "1998"}',
    )
    outcome = compiled(site, out)
    assert not outcome.released
    assert tree(out) == before
    edit(
        site,
        "tenants.d/acme/pbx.yaml",
        'no_answer: {voicemail: "1998"}',
        'no_answer: {voicemail: "1999"}',
    )
    assert compiled(site, out).released
    assert tree(out) == before


@pytest.mark.parametrize("step", ["write", "take", "release"])
def test_a_crash_at_any_step_leaves_old_files_or_new_ones_never_half(
    step: str, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, cold = tmp_path / "out", tmp_path / "cold"
    compiled(site, out)
    before = tree(out)
    edit(site, "tenants.d/acme/pbx.yaml", "Sales Team", "Sales Desk")
    after = tree(cold) if compiled(site, cold).released else {}
    original = getattr(release.Stage, step)
    calls = {"left": 3 if step != "release" else 1}

    def crash(self: release.Stage, *args: object, **kwargs: object) -> object:
        calls["left"] -= 1
        if not calls["left"]:
            raise KeyboardInterrupt
        return original(self, *args, **kwargs)

    monkeypatch.setattr(release.Stage, step, crash)
    with pytest.raises(KeyboardInterrupt):
        compiled(site, out)
    assert tree(out) == before
    monkeypatch.undo()
    compiled(site, out)
    assert tree(out) == after


def test_without_exchange_of_folders_the_release_still_works(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "exchange", lambda one, other: False)
    out, cold = tmp_path / "out", tmp_path / "cold"
    compiled(site, out)
    edit(site, "tenants.d/acme/pbx.yaml", "Sales Team", "Sales Desk")
    compiled(site, out)
    compiled(site, cold)
    assert tree(out) == tree(cold)


def test_hosts_hold_their_own_tenants_only(site: Path, tmp_path: Path) -> None:
    edit(
        site,
        "platform.yaml",
        "hosts:\n",
        "hosts:\n  pbx2: {address: 203.0.113.11, tenants: [acme, nord*]}\n",
    )
    out = tmp_path / "out"
    assert compiled(site, out).released
    tenants = {
        host: sorted(p.name for p in (out / host / "freeswitch/tenants").iterdir())
        for host in ("pbx1", "pbx2")
    }
    assert tenants == {"pbx1": ["acme", "janes-bakery", "nordlicht"], "pbx2": ["acme", "nordlicht"]}
    shared = "freeswitch/tenants/acme/dialplan.xml"
    assert (out / "pbx1" / shared).read_bytes() == (out / "pbx2" / shared).read_bytes()
    edit(site, "platform.yaml", "  pbx2: {address: 203.0.113.11, tenants: [acme, nord*]}\n", "")
    compiled(site, out)
    assert not (out / "pbx2").exists()


def test_the_manifest_tells_every_file_with_its_digest_mode_and_owner(
    site: Path, tmp_path: Path
) -> None:
    import hashlib

    out = tmp_path / "out"
    compiled(site, out)
    manifest = json.loads((out / "pbx1/manifest.json").read_text())
    found = {p: v for p, v in tree(out).items() if p != "pbx1/manifest.json"}
    assert {f"pbx1/{path}" for path in manifest["files"]} == set(found)
    for path, entry in manifest["files"].items():
        mode, content = found[f"pbx1/{path}"]
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert (entry["size"], int(entry["mode"], 8)) == (len(content), mode)
    assert manifest["files"]["freeswitch/tenants/acme/directory.xml"]["mode"] == "0640"
    assert manifest["files"]["freeswitch/tenants/acme/directory.xml"]["owner"] == "tenant acme"
    assert manifest["placeholders"] is True


def test_with_secrets_nothing_is_a_placeholder(site: Path, tmp_path: Path, secrets: Path) -> None:
    outcome = compiled(site, tmp_path / "out", secrets)
    assert outcome.released
    assert not outcome.placeholders
    manifest = json.loads((tmp_path / "out/pbx1/manifest.json").read_text())
    assert manifest["placeholders"] is False


def test_nothing_changed_is_known_from_the_stamp_alone(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    past = 1_700_000_000
    for path in site.rglob("*"):
        os.utime(path, (past, past))
    compiled(site, out)
    assert Stamp(out).why_not(scan(site), [], None) == ""
    (site / "tenants.d/acme/pbx.yaml").touch()
    assert "changed" in Stamp(out).why_not(scan(site), [], None)


def test_two_compiles_at_once_wait_for_one_another(site: Path, tmp_path: Path) -> None:
    import fcntl

    out = tmp_path / "out"
    with (
        building.locked(out),
        (out / ".cache/lock").open("w") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_who_write_the_same_file_at_once_are_in_nobodys_way(tmp_path: Path) -> None:
    """Two tenants that both have a phone: it is a finding, once both are compiled."""
    stage = release.Stage(tmp_path, "pbx1", tmp_path, {})
    artifact = resolved.Artifact(
        "provisioning/805ec0a00004/a.cfg", "tenant acme", b"x", secret=True
    )
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_again_and_again, args=(stage, artifact)) for _ in range(2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0]


def _again_and_again(stage: release.Stage, artifact: resolved.Artifact) -> None:
    for _ in range(1000):
        stage.write(artifact)
