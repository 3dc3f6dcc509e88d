"""CODEOWNERS: who must approve which file, by the rule that forges read it with."""

from pathlib import Path

import pytest

from dialform.cli.entry import main
from dialform.cli.newsite import new_site
from dialform.compiler.reviewing.codeowners import codeowners

from .test_review.site import ACCOUNT, DEMO, JANE, PBX, Files, add, edit, tree


def owners_of(path: str, text: str) -> list[str]:
    """The owners of a file: the last line that matches it."""
    found: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        pattern, *owners = line.replace("\\ ", "\0").split(" ")
        pattern = pattern.replace("\0", " ")
        folder = pattern.endswith("/") and f"/{path}".startswith(pattern)
        if pattern == "*" or folder or f"/{path}" == pattern:
            found = owners
    return found


def owned(files: Files, path: str) -> list[str]:
    return owners_of(path, codeowners(tree(files))[0])


ADMINS, ACME = ["@ops"], ["@ops", "@alice-doe"]


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        (PBX, ACME), (ACCOUNT, ADMINS), ("tenants.d/acme/new.yaml", ADMINS), (JANE, ADMINS),
        ("platform.yaml", ADMINS), ("CODEOWNERS", ADMINS), (".github/workflows/x.yml", ADMINS),
        ("media/acme/x.wav", ACME), ("media/welcome.wav", ACME), ("media/other.wav", ADMINS),
        ("media/janes-bakery/hold.wav", ["@ops", "@jane-omeara"]),
        ("tenants.d/nordlicht/phones.yaml", ["@ops", "@ingrid-nl", "@jweiss"]),
        ("tenants.d/nordlicht/account.yaml", ADMINS), ("README.md", ADMINS),
    ],
)  # fmt: skip
def test_the_demo(path: str, owners: list[str]) -> None:
    assert owned(DEMO, path) == owners


def test_a_file_with_an_account_key_is_the_admins() -> None:
    assert owned(add(PBX, "timezone: UTC\n"), PBX) == ADMINS


@pytest.mark.parametrize("text", ["limit: {}\n", "extensions: {\n", "x: &y 1\n"])
def test_a_file_that_says_nothing_certain_is_the_admins(text: str) -> None:
    assert owned(add(PBX, text), PBX) == ADMINS


def test_a_sound_that_two_tenants_use_is_the_admins() -> None:
    files = edit(JANE, "media/janes-bakery/hold.wav", "media/hold.wav")
    assert owned(files, "media/hold.wav") == ADMINS


def test_a_sound_in_anothers_folder_stays_that_tenants() -> None:
    files = edit(PBX, "media/welcome.wav", "media/janes-bakery/hold.wav")
    assert owned(files, "media/janes-bakery/hold.wav") == ["@ops", "@jane-omeara"]


def test_a_tenant_without_an_administrators_handle_is_the_admins() -> None:
    files = edit(PBX, ', git: "@alice-doe"', "")
    assert "acme" not in codeowners(tree(files))[0]
    assert owned(edit(PBX, "role: tenant_admin", "role: user"), PBX) == ADMINS


def test_an_admin_who_administers_a_tenant_stands_once() -> None:
    assert owned(edit(PBX, "@alice-doe", "@Ops"), PBX) == ADMINS


def test_call_tests_of_one_tenant() -> None:
    text = 'calls:\n  - {tenant: acme, from: "1001", to: "1002", expect: {rings: ["1002"]}}\n'
    assert owned(add("calls.d/acme.yaml", text), "calls.d/acme.yaml") == ACME
    files = add("calls.d/acme.yaml", text + text.split("\n")[1].replace("acme", "nordlicht") + "\n")
    assert owned(files, "calls.d/acme.yaml") == ADMINS


def test_notes() -> None:
    assert [note.split(",")[0] for note in codeowners(tree(DEMO))[1]] == [
        "tenants.d/janes-bakery.yaml holds account matters beside the PBX"
    ]
    nobody = edit("platform.yaml", 'admins: ["@ops"]', "admins: []")
    assert "names no admins" in codeowners(tree(nobody))[1][0]


def test_a_name_that_is_a_pattern_is_left_to_the_admins() -> None:
    files = {**DEMO, "tenants.d/acme/*.yaml": b"contacts: {x: {name: X}}\n"}
    text, notes = codeowners(tree(files))
    assert "acme/*" not in text
    assert "'tenants.d/acme/*.yaml' has a character with a meaning" in notes[0]


def test_a_blank_in_a_name_is_escaped() -> None:
    files = {**DEMO, "tenants.d/acme/more phones.yaml": b"contacts: {x: {name: X}}\n"}
    assert "/tenants.d/acme/more\\ phones.yaml @ops" in codeowners(tree(files))[0]
    assert owned(files, "tenants.d/acme/more phones.yaml") == ACME


def test_a_site_below_its_repositorys_root() -> None:
    text, _ = codeowners(tree(DEMO), "sites/eu/")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[0] == "/sites/eu/ @ops"
    assert all(line.startswith("/sites/eu/") for line in lines)


def test_a_new_site_has_what_the_command_writes() -> None:
    site = new_site("site", "pbx.example.com", "US")
    assert site["CODEOWNERS"].decode() == codeowners(tree(site))[0]


class TestCommand:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        assert main(["init", str(tmp_path / "site")]) == 0
        return tmp_path / "site"

    def test_check_and_write(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        command, file = ["codeowners", "--site", str(site)], site / "CODEOWNERS"
        assert main([*command, "--check"]) == 0
        written = file.read_text()
        pbx = site / "tenants.d/acme/pbx.yaml"
        pbx.write_text(pbx.read_text().replace("@alice-doe", "@bea"))
        capsys.readouterr()
        assert main([*command, "--check"]) == 3
        assert "+/media/acme/ @ops @bea" in capsys.readouterr().out
        assert file.read_text() == written
        assert main([*command, "--write"]) == 0
        assert file.read_text() == written.replace("@alice-doe", "@bea")
        assert main([*command, "--write"]) == 0
        assert main([*command, "--check"]) == 0

    def test_is_written_where_it_stands(self, site: Path) -> None:
        (site / "CODEOWNERS").rename(site / ".github/CODEOWNERS")
        (site / ".github/CODEOWNERS").write_text("")
        assert main(["codeowners", "--site", str(site), "--write"]) == 0
        assert "@alice-doe" in (site / ".github/CODEOWNERS").read_text()
        assert not (site / "CODEOWNERS").exists()

    def test_is_made_where_there_is_none(self, site: Path) -> None:
        (site / "CODEOWNERS").unlink()
        assert main(["codeowners", "--site", str(site), "--check"]) == 3
        assert main(["codeowners", "--site", str(site), "--write"]) == 0
        assert main(["codeowners", "--site", str(site), "--check"]) == 0

    def test_a_link_is_not_written_through(self, site: Path) -> None:
        (site / "CODEOWNERS").unlink()
        (site / "target").write_text("x")
        (site / "CODEOWNERS").symlink_to("target")
        assert main(["codeowners", "--site", str(site), "--write"]) == 3
        assert (site / "target").read_text() == "x"

    def test_both_at_once_make_no_sense(self, site: Path) -> None:
        assert main(["codeowners", "--site", str(site), "--write", "--check"]) == 64

    def test_part_of_a_larger_repository(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (site.parent / ".git").mkdir()
        capsys.readouterr()
        assert main(["codeowners", "--site", str(site)]) == 0
        assert "/site/tenants.d/acme/pbx.yaml @ops @alice-doe" in capsys.readouterr().out
        assert main(["codeowners", "--site", str(site), "--write"]) == 64
