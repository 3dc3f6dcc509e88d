"""Which files make a site, and what must not be among them."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.schema.tree import SLUG, find_site, scan, why_no_slug


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("platform.yaml", "routes.yaml", "tenants.d/acme.yaml", "providers.d/north.yaml"):
        write(tmp_path / name)
    return tmp_path


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def told(site: Path) -> list[tuple[str, str]]:
    return [(d.code, d.file) for d in scan(site).diagnostics]


def test_files_are_told_apart_by_where_they_lie(site: Path) -> None:
    for name in ("tenants.d/bravo/b.yaml", "tenants.d/bravo/a.yaml", "calls.d/x/y.yaml",
                 "media/a/b/c.wav", "rates/world.csv", "elsewhere/x.yaml", "media/.hidden"):  # fmt: skip
        write(site / name)
    tree = scan(site)
    assert tree.diagnostics == []
    assert tree.tenants == {
        "acme": ["tenants.d/acme.yaml"],
        "bravo": ["tenants.d/bravo/a.yaml", "tenants.d/bravo/b.yaml"],
    }
    assert tree.providers == {"north": "providers.d/north.yaml"}
    assert tree.calls == ["calls.d/x/y.yaml"]
    assert tree.has("media/a/b/c.wav")
    assert not tree.has("elsewhere/x.yaml")
    assert not tree.has("media/.hidden")


def test_a_site_is_found_from_below(site: Path) -> None:
    below = site / "tenants.d" / "deep"
    below.mkdir()
    assert find_site(below) == site
    (site / "platform.yaml").unlink()
    assert find_site(below) is None


class TestLinks:
    def test_a_link_to_a_file_is_not_followed(self, site: Path) -> None:
        (site / "tenants.d/bravo.yaml").symlink_to("/etc/passwd")
        (site / "billing.yaml").symlink_to("routes.yaml")
        tree = scan(site)
        assert [(d.code, d.file) for d in tree.diagnostics] == [
            ("DF0202", "billing.yaml"),
            ("DF0202", "tenants.d/bravo.yaml"),
        ]
        assert "bravo" not in tree.tenants

    def test_a_link_to_a_folder_is_not_followed(self, site: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        write(other / "x.yaml")
        (site / "tenants.d/bravo").symlink_to(other, target_is_directory=True)
        (site / "media").symlink_to(other, target_is_directory=True)
        assert told(site) == [("DF0202", "media"), ("DF0202", "tenants.d/bravo")] or told(site) == [
            ("DF0202", "tenants.d/bravo"),
            ("DF0202", "media"),
        ]

    def test_a_link_that_leads_round_in_a_circle(self, site: Path) -> None:
        (site / "tenants.d/loop").symlink_to(site / "tenants.d", target_is_directory=True)
        assert told(site) == [("DF0202", "tenants.d/loop")]

    def test_a_platform_that_is_a_link_is_one_finding(self, site: Path) -> None:
        (site / "platform.yaml").unlink()
        (site / "platform.yaml").symlink_to("/dev/null")
        assert told(site) == [("DF0202", "platform.yaml")]


class TestSubmodules:
    def test_a_repository_inside(self, site: Path) -> None:
        write(site / "tenants.d/bravo/.git", "gitdir: ../../.git/modules/bravo\n")
        write(site / "tenants.d/bravo/a.yaml")
        (site / "media/lib/.git").mkdir(parents=True)
        assert set(told(site)) == {("DF0203", "tenants.d/bravo"), ("DF0203", "media/lib")}

    def test_one_that_is_not_checked_out(self, site: Path) -> None:
        (site / "tenants.d/bravo").mkdir()
        write(site / ".gitmodules", '[submodule "b"]\n\tpath = tenants.d/bravo\n\turl = x\n'
                                    '[submodule "t"]\n\tpath = "tools/x"\n\turl = y\n')  # fmt: skip
        assert told(site) == [("DF0203", "tenants.d/bravo")]

    def test_the_sites_own_repository_is_none(self, site: Path) -> None:
        (site / ".git").mkdir()
        assert told(site) == []


class TestNames:
    def test_two_names_that_differ_in_case_only(self, site: Path) -> None:
        write(site / "media/Welcome.wav")
        write(site / "media/welcome.wav")
        write(site / "media/other/welcome.wav")
        assert told(site) == [("DF0205", "media/welcome.wav")]

    def test_two_names_that_are_one_by_unicode(self, site: Path) -> None:
        write(site / "media/caf\u00e9.wav")
        write(site / "media/cafe\u0301.wav")
        assert [code for code, _ in told(site)] == ["DF0205"]

    def test_two_folders_of_the_root(self, site: Path) -> None:
        write(site / "Tenants.d/x.yaml")
        write(site / "PLATFORM.yaml")
        assert told(site) == [("DF0205", "PLATFORM.yaml"), ("DF0205", "Tenants.d")]

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("аcme", "U+0430 CYRILLIC SMALL LETTER A"),
            ("acmé", "U+00E9 LATIN SMALL LETTER E WITH ACUTE"),
            ("Bravo", "it has 'B'"),
            ("acme corp", "it has ' '"),
            ("-acme", "it begins with '-'"),
            ("a" * 64, "longer than 63"),
            ("acme..", "it has '.'"),
        ],
    )
    def test_a_name_that_is_no_slug(self, site: Path, name: str, reason: str) -> None:
        write(site / f"tenants.d/{name}.yaml")
        write(site / f"tenants.d/{name}/a.yaml")
        write(site / f"tenants.d/{name}/b.yaml")
        tree = scan(site)
        assert {d.code for d in tree.diagnostics} == {"DF0206"}
        assert len(tree.diagnostics) == 2
        assert all(reason in d.message for d in tree.diagnostics)
        assert list(tree.tenants) == ["acme"]

    @pytest.mark.parametrize(
        "name", [b"bad\xff.yaml", b"new\nline.yaml", b"\x1b[31m.yaml", b"\xe2\x80\xae.yaml"]
    )
    def test_a_name_that_cannot_be_shown(self, site: Path, name: bytes) -> None:
        for folder in ("tenants.d", "tenants.d/bravo", "media"):
            write(site / folder / os.fsdecode(name), "company: x\n")
        tree = scan(site)
        assert [d.code for d in tree.diagnostics] == ["DF0206"] * 3
        for diagnostic in tree.diagnostics:
            assert f"{diagnostic.file}{diagnostic.message}".isprintable()
            f"{diagnostic.file}{diagnostic.message}".encode()
        assert all(path.isprintable() for path in tree.entries)

    @given(st.text(max_size=70))
    def test_either_a_slug_or_a_reason(self, name: str) -> None:
        if not SLUG.match(name):
            assert why_no_slug(name).startswith("it ")


class TestOddThings:
    def test_a_pipe_and_a_socket(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        os.mkfifo(site / "tenants.d/pipe.yaml")
        os.mkfifo(site / "routes.yml")
        (site / "media").mkdir()
        monkeypatch.chdir(site / "media")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("x.sock")
        assert set(told(site)) == {
            ("DF0208", "tenants.d/pipe.yaml"),
            ("DF0208", "media/x.sock"),
            ("DF0207", "routes.yml"),
        }

    def test_a_folder_where_a_file_belongs(self, site: Path) -> None:
        (site / "billing.yaml").mkdir()
        (site / "tenants.d/bravo.yaml").mkdir()
        assert told(site) == [("DF0208", "billing.yaml")]

    def test_a_file_where_a_folder_belongs(self, site: Path) -> None:
        write(site / "media")
        assert told(site) == [("DF0207", "media")]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_a_folder_that_cannot_be_read(self, site: Path) -> None:
        (site / "media").mkdir(mode=0)
        assert told(site) == [("DF0213", "media")]

    def test_a_folder_that_the_system_refuses(
        self, site: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = os.scandir

        def refusing(path: Path) -> object:
            if path.name == "tenants.d":
                raise PermissionError(13, "Permission denied")
            return whole(path)

        monkeypatch.setattr(os, "scandir", refusing)
        found = scan(site).diagnostics
        assert [(d.code, d.file) for d in found] == [("DF0213", "tenants.d")]
        assert "Permission denied" in found[0].message

    def test_folders_deeper_than_python_nests_calls(
        self, site: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        depth = 1200
        (site / "media").mkdir()
        monkeypatch.chdir(site / "media")
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        try:
            assert told(site) == []
        finally:  # deeper than whoever tidies up behind tests can go
            for _ in range(depth):
                os.chdir("..")
                Path("d").rmdir()

    def test_nothing_at_all(self, tmp_path: Path) -> None:
        assert told(tmp_path) == [("DF0201", "platform.yaml")]
        assert told(tmp_path / "nowhere") == [("DF0201", "platform.yaml")]

    def test_a_missing_platform_is_told_beside_other_things(self, site: Path) -> None:
        (site / "platform.yaml").unlink()
        write(site / "tenants.d/notes.txt")
        assert set(told(site)) == {("DF0201", "platform.yaml"), ("DF0207", "tenants.d/notes.txt")}

    def test_a_platform_under_another_name_is_told_once(self, site: Path) -> None:
        (site / "platform.yaml").rename(site / "platform.yml")
        assert told(site) == [("DF0207", "platform.yml")]
