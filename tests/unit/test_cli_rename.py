"""`dialform rename`: all references follow, nothing else moves, and back again is byte for byte the same."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.cli.editing.overlay import overlaid
from dialform.cli.editing.renaming import known_names, rename, spelling
from dialform.cli.entry import main
from dialform.compiler.check import Run, validate
from dialform.compiler.references import SITE_KINDS, TENANT_KINDS
from dialform.compiler.secrets import open_store
from dialform.schema.diagnostic import Severity
from dialform.schema.tree import Tree, scan

ROOT = Path(__file__).resolve().parents[2]
SITE = ("platform.yaml", "routes.yaml", "billing.yaml", "providers.d", "tenants.d", "calls.d", "media",
        "rates")  # fmt: skip
DEMO = scan(ROOT)
OBJECTS = [
    (kind, tenant, name)
    for kind in TENANT_KINDS
    for tenant in DEMO.tenants
    for name in known_names(DEMO, TENANT_KINDS[kind], tenant)
] + [(kind, "", name) for kind in SITE_KINDS for name in known_names(DEMO, SITE_KINDS[kind], "")]
NEW = {"number": "+12125550187", "device": "0c383ea000ff"}


def new_name(kind: str, old: str) -> str:
    if kind == "device" and old.endswith("-web"):  # a browser has a slug
        return "other-web"
    if kind in NEW:
        return NEW[kind]
    return str(int(old) + 7000) if old.isdigit() else f"{old}-x"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in SITE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def renamed(tree: Tree, kind: str, tenant: str, old: str, new: str) -> Tree:
    one = TENANT_KINDS.get(kind) or SITE_KINDS[kind]
    made = rename(tree, one, tenant, old, new, spelling(one, old, "US"))
    assert made.places or made.moves
    changed = {file: after for file, (_, after) in made.changed.items()}
    return overlaid(tree, changed, made.moves)


def told(root: Path) -> Counter[tuple[str, str]]:
    """Errors and warnings of a site, without the names in them."""
    run = Run(scan(root), open_store(None, {}), jobs=1)
    return Counter(
        (one.code, one.severity) for one in validate(run) if one.severity is not Severity.INFO
    )


class TestLaws:
    def test_the_demo_has_objects_of_every_kind(self) -> None:
        assert {kind for kind, _, _ in OBJECTS} == {*TENANT_KINDS, *SITE_KINDS}

    @settings(max_examples=60)
    @given(st.sampled_from(OBJECTS))
    def test_there_and_back_again_is_the_same_bytes(self, one: tuple[str, str, str]) -> None:
        kind, tenant, old = one
        new = new_name(kind, old)
        there = renamed(DEMO, kind, tenant, old, new)
        back = renamed(there, kind, tenant, new, old)
        assert list(back.entries) == list(DEMO.entries)
        for path in DEMO.entries:
            if path.endswith(".yaml"):
                assert back.read(path) == DEMO.read(path)

    @pytest.mark.parametrize("kind", [*TENANT_KINDS, *SITE_KINDS])
    def test_no_finding_comes_with_it(
        self, kind: str, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The site after it has the errors and warnings that it had: none."""
        _, tenant, old = next(
            o for o in reversed(OBJECTS) if o[0] == kind and o[1] != "janes-bakery"
        )
        new = "+494066969199" if kind == "number" else new_name(kind, old)
        words = [tenant, kind, old, new] if tenant else [kind, old, new]
        assert main(["rename", *words, "--site", str(site)]) == 0
        assert f"{old} -> {new}: " in capsys.readouterr().out
        added = told(site) - told(ROOT)
        # A tenant's secrets are named after it: that is told, and for people to decide.
        assert {code for code, _ in added} <= ({"DF0506"} if kind == "tenant" else set())


class TestExtension:
    def test_follows_everywhere(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["rename", "acme", "extension", "1001", "1101", "--site", str(site)]) == 0
        text = (site / "tenants.d/acme/pbx.yaml").read_text()
        assert '"1001"' not in text
        for part in (
            '"1101": {name: Alice Doe',
            'members: ["1101", {number: "1002"',
            'agents: ["1101", "1002"]',
            '"0": {extension: "1101"}',
            '{type: blf, value: "1101"}',
            'paging: {"950": {members: ["1101", "1002"]}}',
            'expect: {rings: ["1101", "1002"]}',
        ):
            assert part in text
        assert "secret show acme/1101" in capsys.readouterr().out
        calls = (site / "calls.d/demo.yaml").read_text()
        assert re.search(r"tenant: acme[^}]*1001", calls) is None

    def test_of_another_tenant_stays(self, site: Path) -> None:
        before = contents(site)
        assert main(["rename", "acme", "extension", "1001", "1101", "--site", str(site)]) == 0
        after = contents(site)
        changed = {path for path in before if before[path] != after[path]}
        assert changed == {"tenants.d/acme/pbx.yaml", "calls.d/demo.yaml"}

    def test_dry_run_writes_nothing(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        before = contents(site)
        words = ["rename", "acme", "extension", "1001", "1101", "--dry-run", "--site", str(site)]
        assert main(words) == 0
        assert contents(site) == before
        out = capsys.readouterr().out
        assert '+  "1101": {name: Alice Doe' in out
        assert "would be changed" in out

    def test_what_only_may_mean_it_is_told(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """An extension that a test's caller presses; a key that dials it behind a code."""
        path = site / "tenants.d/acme/pbx.yaml"
        path.write_text(path.read_text().replace('value: "1001"', 'value: "*901001"'))
        assert main(["rename", "acme", "extension", "1001", "1101", "--site", str(site)]) == 0
        assert re.search(
            r"look at tenants.d/acme/pbx.yaml:\d+: '\*901001'", capsys.readouterr().out
        )


class TestSpelling:
    def test_quotes_stay_as_they_were(self, tmp_path: Path) -> None:
        (tmp_path / "platform.yaml").write_text(
            "platform: p\ndomain: p.example\nhosts: {a: {address: 10.0.0.1}}\n"
        )
        (tmp_path / "tenants.d").mkdir()
        (tmp_path / "tenants.d/a.yaml").write_bytes(
            b"\xef\xbb\xbfcompany: A\r\nextensions:\r\n  1001: {name: X}   # one\r\n"
            b"  '1002': {name: Y, no_answer: {extension: 1001}}\r\n"
            b'  "1003": {name: Z, busy: {extension: "1001"}}\r\n'
        )
        assert main(["rename", "extension", "1001", "11010", "--site", str(tmp_path)]) == 0
        assert (tmp_path / "tenants.d/a.yaml").read_bytes() == (
            b"\xef\xbb\xbfcompany: A\r\nextensions:\r\n  11010: {name: X}   # one\r\n"
            b"  '1002': {name: Y, no_answer: {extension: 11010}}\r\n"
            b'  "1003": {name: Z, busy: {extension: "11010"}}\r\n'
        )

    def test_a_device_by_any_spelling_of_its_address(self, site: Path) -> None:
        words = ["nordlicht", "device", "805EC0A00003", "805ec0a000aa"]
        assert main(["rename", *words, "--site", str(site)]) == 0
        assert (
            '"805ec0a000aa": {label: Zoë' in (site / "tenants.d/nordlicht/phones.yaml").read_text()
        )

    def test_a_number_in_national_form(self, site: Path) -> None:
        words = ["nordlicht", "number", "040 66969110", "+494066969111"]
        assert main(["rename", *words, "--site", str(site)]) == 0
        assert (
            '"+494066969111": {provider' in (site / "tenants.d/nordlicht/account.yaml").read_text()
        )
        assert (
            '"+494066969111": {schedule' in (site / "tenants.d/nordlicht/callflow.yaml").read_text()
        )


class TestFiles:
    def test_a_provider_is_its_file(self, site: Path) -> None:
        assert main(["rename", "provider", "backup", "spare", "--site", str(site)]) == 0
        assert not (site / "providers.d/backup.yaml").exists()
        assert (site / "providers.d/spare.yaml").is_file()
        assert "providers: [mycarrier, spare]" in (site / "routes.yaml").read_text()

    def test_a_tenant_is_its_folder(self, site: Path) -> None:
        assert main(["rename", "tenant", "acme", "acme-corp", "--site", str(site)]) == 0
        assert not (site / "tenants.d/acme").exists()
        assert (site / "tenants.d/acme-corp/pbx.yaml").is_file()


class TestRefusals:
    @pytest.mark.parametrize(
        ("words", "status", "said"),
        [
            ("acme extension 1009 1101", 64, "acme has no extension '1009': did you mean '"),
            ("acme extension 1001 1002", 64, "acme has an extension '1002' already."),
            ("acme extension 1001 1001", 64, "'1001' is what it is called already."),
            ("acme extention 1001 1101", 64, "There is no kind 'extention': did you mean 'extension'?"),
            ("acmee extension 1001 1101", 64, "There is no tenant 'acmee': did you mean 'acme'?"),
            ("extension 1001 1101", 64, "Whose extension?"),
            ("acme provider backup spare", 64, "A provider belongs to the site"),
            ("acme extension 1001", 64, "no kind 'acme'"),
            # Taken by another kind, or no number at all: the site's own rules say so.
            ("acme extension 1001 5901", 3, "extension 1001 cannot be called 5901"),
            ("acme ring_group 600 700", 3, "ring group 600 cannot be called 700"),
            ("acme extension 1001 90", 3, "extension 1001 cannot be called 90"),
            ("acme ring_group 600 911", 3, "ring group 600 cannot be called 911"),
            ("acme user alice Alice", 3, "user alice cannot be called Alice"),
            ("acme number +12125550199 +15045550142", 3, "cannot be called"),
        ],
    )  # fmt: skip
    def test_says_why_and_changes_nothing(
        self, words: str, status: int, said: str, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = contents(site)
        assert main(["rename", *words.split(), "--site", str(site)]) == status
        assert contents(site) == before
        told = capsys.readouterr().err
        assert any(part in told for part in said.split("|"))

    def test_a_file_with_mistakes(self, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = site / "tenants.d/acme/pbx.yaml"
        path.write_text(path.read_text() + "calls: []\n")
        assert main(["rename", "acme", "user", "alice", "anna", "--site", str(site)]) == 3
        assert "tenants.d/acme/pbx.yaml has mistakes" in capsys.readouterr().err
