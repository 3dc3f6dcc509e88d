"""`dialform secret`: what it prints is what the compiler uses, and only `show` prints it."""

import base64
import io
import json
import re
import shutil
import stat
from pathlib import Path

import pyrage
import pytest
from ruamel.yaml import YAML

from dialform.cli.entry import main
from dialform.compiler.derive import derive

ROOT = Path(__file__).resolve().parents[2]
MASTER = "a master secret that is long enough"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the demo site."""
    root = tmp_path / "site"
    root.mkdir()
    for name in ("platform.yaml", "routes.yaml", "billing.yaml"):
        shutil.copy(ROOT / name, root / name)
    for name in ("providers.d", "tenants.d"):
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secrets folder with a master, and no other source of secrets."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "master").write_text(MASTER + "\n")
    return folder


def typed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


class TestShow:
    @pytest.mark.parametrize(
        ("target", "number", "kind"),
        [
            ("acme/1001", "1001", "sip"),
            ("acme/1001/sip", "1001", "sip"),
            ("acme/1001/pin", "1001", "pin"),
            ("janes-bakery/1001/pin", "1001", "pin"),
            ("nordlicht/2999", "2999", "pin"),  # a mailbox only
            ("acme/aabbcc112233/token", "aabbcc112233", "token"),
            ("acme/AA:BB:CC:11:22:33/http", "aabbcc112233", "http"),
            ("acme/aabb.cc11.2233/admin", "aabbcc112233", "admin"),
        ],
    )
    def test_prints_the_derived_secret_and_nothing_else(
        self, target: str, number: str, kind: str, site: Path, secrets: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        assert main(["secret", "show", target, "--site", str(site), "--secrets", str(secrets)]) == 0
        out, err = capsys.readouterr()
        slug = target.split("/", maxsplit=1)[0]
        assert (out, err) == (derive(MASTER.encode(), slug, number, kind) + "\n", "")

    def test_prints_what_a_reference_leads_to(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (secrets / "acme-general").write_text("8812\n")
        assert (
            main(["secret", "show", "acme/1999", "--site", str(site), "--secrets", str(secrets)])
            == 0
        )
        assert capsys.readouterr().out == "8812\n"

    def test_of_a_phones_web_page_what_its_profile_or_the_platform_names(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (secrets / "web").write_text("of-all\n")
        (secrets / "acme-web").write_text("of-some\n")
        show = [
            "secret",
            "show",
            "acme/aabbcc112233/admin",
            "--site",
            str(site),
            "--secrets",
            str(secrets),
        ]
        file = site / "platform.yaml"
        file.write_text(
            file.read_text().replace(
                '/provision/"}', '/provision/", admin_password: {secret: web}}'
            )
        )
        assert main(show) == 0
        assert capsys.readouterr().out == "of-all\n"
        file = site / "tenants.d/acme/pbx.yaml"
        file.write_text(
            file.read_text().replace(
                "{description: Office", "{admin_password: {secret: acme-web}, description: Office"
            )
        )
        assert main(show) == 0
        assert capsys.readouterr().out == "of-some\n"
        assert main(["secret", "rotate", "acme/aabbcc112233/admin", "--site", str(site)]) == 64
        assert "is written at tenants.d/acme/pbx.yaml" in capsys.readouterr().err
        assert main(["secret", "list", "--site", str(site), "--secrets", str(secrets)]) == 0
        assert "aabbcc112233/admin" not in capsys.readouterr().out

    def test_without_a_master_it_refuses(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (secrets / "master").unlink()
        for options in ([], ["--secrets", str(secrets)]):
            assert main(["secret", "show", "acme/1001", "--site", str(site), *options]) == 3
            out, err = capsys.readouterr()
            assert out == ""
            assert "--secrets" in err

    @pytest.mark.parametrize("content", ["brief!", "", "\xff\xfe" * 20])
    def test_a_bad_master_is_one_line_that_does_not_repeat_it(
        self, content: str, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (secrets / "master").write_bytes(content.encode("latin-1"))
        status = main(
            ["secret", "show", "acme/1001", "--site", str(site), "--secrets", str(secrets)]
        )
        out, err = capsys.readouterr()
        assert status in (0, 3)  # bytes that are no text are a master like any other
        assert (status == 3) == (len(content) < 16)
        assert not content or content not in out + err

    @pytest.mark.parametrize(
        ("target", "said"),
        [
            ("amce/1001", "did you mean 'acme'?"),
            ("acme/1010", "did you mean"),
            ("acme/1003/pin", "no mailbox"),
            ("acme/1999/sip", "no SIP password"),
            ("acme/600", "no extension or mailbox"),
            ("acme", "no TENANT/NUMBER"),
            ("acme/1001/md5", "no TENANT/NUMBER"),
            ("acme/1001/sip/x", "no TENANT/NUMBER"),
            ("../acme", "no tenant"),
            ("acme/aabbcc112234/token", "did you mean 'aabbcc112233'?"),
            ("acme/aabbcc112233/sip", "no TENANT/NUMBER"),
            ("acme/1001/token", "no TENANT/NUMBER"),
            ("acme/carol-web/token", "no TENANT/NUMBER"),
        ],
    )
    def test_what_is_not_there_is_a_usage_error(
        self, target: str, said: str, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        status = main(["secret", "show", target, "--site", str(site), "--secrets", str(secrets)])
        out, err = capsys.readouterr()
        assert (status, out) == (64, "")
        assert said in err

    def test_a_file_with_errors_is_no_missing_extension(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = site / "tenants.d/acme/pbx.yaml"
        file.write_text(file.read_text().replace("{name: Carol Poe, user: carol}", "{name: [1]}"))
        status = main(
            ["secret", "show", "acme/1003", "--site", str(site), "--secrets", str(secrets)]
        )
        assert status == 3
        assert "validate" in capsys.readouterr().err


class TestRotate:
    def test_raises_the_counter_and_so_the_secret(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = site / "tenants.d/acme/pbx.yaml"
        before = file.read_text()
        assert main(["secret", "rotate", "acme/1003", "--site", str(site)]) == 0
        assert "rotate 1 -> 2 in tenants.d/acme/pbx.yaml" in capsys.readouterr().out
        changed = 'name: Carol Poe, user: carol, rotate: 2}\n  "1050"'
        assert file.read_text() == before.replace(
            'name: Carol Poe, user: carol}\n  "1050"', changed
        )
        main(["secret", "show", "acme/1003", "--site", str(site), "--secrets", str(secrets)])
        assert capsys.readouterr().out.strip() == derive(MASTER.encode(), "acme", "1003", "sip", 2)
        assert main(["secret", "rotate", "acme/1003/sip", "--site", str(site)]) == 0
        assert "rotate 2 -> 3" in capsys.readouterr().out

    def test_of_a_mailbox_leaves_the_password_alone(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["secret", "rotate", "acme/1001/pin", "--site", str(site)]) == 0
        text = (site / "tenants.d/acme/pbx.yaml").read_text()
        assert "voicemail: {rotate: 2}, caller_id" in text
        capsys.readouterr()
        for kind, counter in (("sip", 1), ("pin", 2)):
            target = f"acme/1001/{kind}"
            main(["secret", "show", target, "--site", str(site), "--secrets", str(secrets)])
            assert capsys.readouterr().out.strip() == derive(
                MASTER.encode(), "acme", "1001", kind, counter
            )

    def test_keeps_mode_line_ends_and_byte_order_mark(self, site: Path) -> None:
        file = site / "tenants.d/janes-bakery.yaml"
        raw = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
        file.write_bytes(raw)
        file.chmod(0o640)
        assert main(["secret", "rotate", "janes-bakery/1002", "--site", str(site)]) == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        new = file.read_bytes()
        assert new.startswith(b"\xef\xbb\xbf#")
        assert re.sub(rb",\s+rotate: 2", b"", new) == raw
        assert [p.name for p in file.parent.iterdir() if p.name.startswith(".")] == []

    def test_of_a_phone_all_three_change_wherever_its_address_is_written(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["secret", "rotate", "nordlicht/805ec0a00004", "--site", str(site)]) == 0
        out = capsys.readouterr().out
        assert "nordlicht/805ec0a00004: rotate 1 -> 2 in tenants.d/nordlicht/phones.yaml" in out
        assert "dialform device enroll 805ec0a00004" in out
        text = (site / "tenants.d/nordlicht/phones.yaml").read_text()
        assert '"80-5E-C0-A0-00-04": {label: Łukasz' in text
        assert re.search(r'lines: \[\{extension: "2004"\}\],\s+rotate: 2\}', text)

    def test_a_written_secret_is_changed_where_it_stands(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["secret", "rotate", "acme/1999", "--site", str(site)]) == 64
        assert "tenants.d/acme/pbx.yaml:21" in capsys.readouterr().err


class TestList:
    def listed(
        self, site: Path, capsys: pytest.CaptureFixture[str], *options: str
    ) -> dict[str, dict]:
        assert main(["secret", "list", "--site", str(site), "--format", "json", *options]) == 0
        return {row["name"]: row for row in json.loads(capsys.readouterr().out)["secrets"]}

    def test_names_each_with_its_place_and_form(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = self.listed(site, capsys, "--secrets", str(secrets))
        assert rows["hosts/pbx1/esl/password"]["form"] == "{secret: esl}"
        assert rows["providers/mycarrier/password"]["file"] == "providers.d/mycarrier.yaml"
        assert rows["acme/1001/sip"] == {
            "name": "acme/1001/sip", "file": "tenants.d/acme/pbx.yaml", "line": 13,
            "form": "derived, rotate 1", "found": True, "reason": "",
        }  # fmt: skip
        assert rows["acme/conferences/900/pin"]["form"] == "plain text"
        assert "acme/1003/pin" not in rows
        for kind in ("token", "http", "admin"):
            assert rows[f"acme/aabbcc112233/{kind}"]["form"] == "derived, rotate 1"
            assert f"acme/carol-web/{kind}" not in rows

    def test_tells_found_from_missing(
        self, site: Path, secrets: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (secrets / "esl").write_text("x")
        rows = self.listed(site, capsys, "--secrets", str(secrets))
        assert rows["hosts/pbx1/esl/password"]["found"]
        assert not rows["providers/mycarrier/password"]["found"]
        assert "mycarrier" in rows["providers/mycarrier/password"]["reason"]
        assert not any(
            row["found"]
            for row in self.listed(site, capsys).values()
            if row["form"] != "plain text"
        )

    def test_never_shows_a_value(
        self, site: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        monkeypatch.setenv("CARRIER_PASSWORD", "the-variable")
        provider = site / "providers.d/mycarrier.yaml"
        provider.write_text(
            provider.read_text().replace("{secret: mycarrier}", "{env: CARRIER_PASSWORD}")
        )
        values = {"4711", "the-variable", derive(MASTER.encode(), "acme", "1001", "sip")}
        for name in ("esl", "acme-general", "acme-conf"):
            (secrets / name).write_text(f"the-{name}")
            values.add(f"the-{name}")
        for form in ("text", "json"):
            assert (
                main(
                    [
                        "secret",
                        "list",
                        "--site",
                        str(site),
                        "--secrets",
                        str(secrets),
                        "--format",
                        form,
                    ]
                )
                == 0
            )
            out, err = capsys.readouterr()
            assert "{env: CARRIER_PASSWORD}" in out
            assert not [value for value in values if value in out + err]
        assert "0 missing" not in out

    def test_a_broken_site_lists_what_can_be_read(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (site / "tenants.d/acme/pbx.yaml").write_text("extensions: {")
        (site / "platform.yaml").write_text("platform: [")
        assert "janes-bakery/1001/sip" in self.listed(site, capsys)


class TestSet:
    def test_encrypts_for_every_host_with_a_key(
        self, site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        one, two = (pyrage.x25519.Identity.generate() for _ in range(2))
        keys = [f"age: {identity.to_public()}" for identity in (one, two)]
        platform = site / "platform.yaml"
        text = platform.read_text().replace(
            "    bind: 0.0.0.0", f"    {keys[0]}\n    bind: 0.0.0.0"
        )
        more = f"  pbx2: {{address: a.example, {keys[1]}}}\n  pbx3: {{address: b.example}}\n"
        platform.write_text(text.replace("\nredis:", f"\n{more}\nredis:"))
        typed("tröstlich\n", monkeypatch)
        assert main(["secret", "set", "--stdin", "--site", str(site)]) == 0
        out, err = capsys.readouterr()
        assert "pbx3" in err
        assert "tröstlich" not in out + err
        sealed = YAML(typ="safe").load(out)["age"]
        for identity in (one, two):
            assert pyrage.decrypt(base64.b64decode(sealed), [identity]).decode() == "tröstlich"

    def test_what_it_prints_is_read_back_by_show(
        self, site: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        identity = pyrage.x25519.Identity.generate()
        (secrets / "age.key").write_text(f"{identity}\n")
        typed("secret-1003", monkeypatch)
        assert main(["secret", "set", "--stdin", "--recipient", str(identity.to_public())]) == 0
        pasted = capsys.readouterr().out.strip()
        file = site / "tenants.d/acme/pbx.yaml"
        file.write_text(
            file.read_text().replace("user: carol}", f"user: carol, password: {pasted}}}")
        )
        assert (
            main(["secret", "show", "acme/1003", "--site", str(site), "--secrets", str(secrets)])
            == 0
        )
        assert capsys.readouterr().out == "secret-1003\n"

    def test_no_key_to_encrypt_for_is_a_usage_error(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["secret", "set", "--random", "--site", str(site)]) == 64
        assert "--recipient" in capsys.readouterr().err
        assert main(["secret", "set", "--random", "--recipient", "AGE-SECRET-KEY-1X"]) == 64
        assert "AGE-SECRET-KEY-1X" not in capsys.readouterr().err

    def test_writes_a_file_for_its_owner_only(
        self, secrets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed("p@ss", monkeypatch)
        assert (
            main(["secret", "set", "--stdin", "--file", "mycarrier", "--secrets", str(secrets)])
            == 0
        )
        file = secrets / "mycarrier"
        assert file.read_text() == "p@ss\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert capsys.readouterr().out == "{secret: mycarrier}\n"

    def test_makes_a_folder_and_a_master_but_never_another_master(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "new"
        command = ["secret", "set", "--random", "--file", "master", "--secrets", str(folder)]
        assert main(command) == 0
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        master = (folder / "master").read_text()
        assert len(master) >= 32
        out, err = capsys.readouterr()
        assert master.strip() not in out + err
        assert main(command) == 64
        assert (folder / "master").read_text() == master

    @pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a b", "x\n"])
    def test_a_name_that_is_none_is_refused(self, name: str, secrets: Path) -> None:
        assert main(["secret", "set", "--random", "--file", name, "--secrets", str(secrets)]) == 64
        assert [p.name for p in secrets.iterdir()] == ["master"]

    @pytest.mark.parametrize("text", ["", "\n", "two\nlines", "a\0b"])
    def test_a_text_that_can_be_no_secret_is_refused(
        self, text: str, secrets: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        typed(text, monkeypatch)
        assert main(["secret", "set", "--stdin", "--file", "x", "--secrets", str(secrets)]) == 64
        assert not (secrets / "x").exists()

    def test_nobody_to_ask_is_a_usage_error(
        self, secrets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        typed("x", monkeypatch)
        assert main(["secret", "set", "--file", "x", "--secrets", str(secrets)]) == 64
        assert "--stdin" in capsys.readouterr().err
