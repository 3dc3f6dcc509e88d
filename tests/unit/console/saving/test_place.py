"""A site that lies in a folder of its repository: all that the portal does is done there, and nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.console.errors import SettingsError
from dialform.console.saving import (
    Clash,
    TestRun,
    changes,
    commit,
    examine,
    log,
    merge,
    revert,
    value_at,
)
from dialform.console.saving.place import Place, place_of
from dialform.console.saving.surveyor import survey

from ..stage import Stage, git
from .conftest import Desk, heads, replaced

FOLDER = "ops/site"
FILE = "tenants.d/acme/pbx.yaml"
NAME = ("extensions", "1003", "name")
LABEL = ("devices", "aabbcc112233", "label")


@pytest.fixture
def make_below(make_stage: Callable[..., Stage]) -> Callable[..., Desk]:
    """A desk whose site lies below its repository's root, beside something else."""

    def make(role: str = "tenant_admin", **console: object) -> Desk:
        stage = make_stage(**console)
        for one in sorted(stage.site.iterdir()):
            if one.name != ".git":
                (stage.site / FOLDER).mkdir(parents=True, exist_ok=True)
                git(stage.site, "mv", "-k", one.name, f"{FOLDER}/{one.name}")
        (stage.site / "web").mkdir()
        (stage.site / "web/index.html").write_text("<p>Beside it</p>\n", "utf-8")
        git(stage.site, "add", "--all")
        git(stage.site, "commit", "--quiet", "--message", "All of it in one repository")
        git(stage.site, "push", "--quiet", "origin", "HEAD:main")
        stage.ground.subfolder = f"{FOLDER}/"
        return Desk(stage, role)

    return make


def test_a_change_is_made_checked_merged_and_undone_in_its_folder(
    make_below: Callable[..., Desk],
) -> None:
    alice = make_below()
    sound = (alice.stage.site / FOLDER / "media/general.wav").read_bytes()
    greeting = alice.edit(("voicemails", "1999", "greeting"), "media/acme/new.wav")
    done = alice.save(alice.edit(NAME, "Carol Doe"), greeting, files={"media/acme/new.wav": sound})
    told = git(alice.stage.remote, "diff", "--name-only", "main", done.branch).split()
    assert told == [f"{FOLDER}/media/acme/new.wav", f"{FOLDER}/{FILE}"]
    assert done.checked.files and all(not one.startswith("/") for one in done.checked.files)
    assert done.checked.plan is not None and done.checked.plan.items
    (waiting,) = changes(alice.repository)
    assert (waiting.tenants, waiting.platform) == (("acme",), False)
    ops = Desk(alice.stage, "admin")
    assert ops.run(examine, waiting.id).mergeable
    merged = ops.run(merge, waiting.id)
    assert value_at(ops.repository.tip(), "acme", NAME) == "Carol Doe"
    assert ops.repository.tip().tree.read("media/acme/new.wav") == sound
    one = commit(ops.repository, merged.commit)
    assert (one.tenants, one.platform) == (("acme",), False)
    undone = ops.run(revert, merged.commit)
    assert value_at(ops.repository.site(undone.commit), "acme", NAME) == "Carol Poe"
    assert not ops.repository.site(undone.commit).tree.has("media/acme/new.wav")


def test_what_it_began_from_is_found_and_merged_field_by_field(
    make_below: Callable[..., Desk],
) -> None:
    alice = make_below()
    edit = alice.edit(("extensions", "1003"), {"name": "Carol Doe", "user": "carol"})
    _push(alice, replaced(f"{FOLDER}/{FILE}", "name: Bob Roe", "name: Rob Roe"))
    _push(alice, replaced(f"{FOLDER}/{FILE}", "Carol Poe, user", "Carola Poe, user"))
    alice.repository.fetch()
    with pytest.raises(Clash) as caught:
        alice.save(edit)
    (clash,) = caught.value.clashes
    assert clash.base["name"] == "Carol Poe" and clash.theirs["name"] == "Carola Poe"


def test_what_lies_beside_it_is_kept_and_is_an_admins(make_below: Callable[..., Desk]) -> None:
    alice = make_below()
    site = alice.stage.site
    _branch(alice, "web", {"web/index.html": "<p>Otherwise</p>\n"})
    text = (site / FOLDER / FILE).read_text("utf-8").replace("Bob Roe", "Rob Roe")
    _branch(alice, "both", {"web/index.html": "<p>Both</p>\n", f"{FOLDER}/{FILE}": text})
    done = alice.save(alice.edit(NAME, "Carol Doe"))
    ops = Desk(alice.stage, "admin")
    ops.repository.fetch()
    found = {one.branch: one for one in changes(ops.repository)}
    assert set(found) == {"both", done.branch}  # a branch of the web's alone is none of ours
    assert found["both"].platform and not found["both"].visible(alice.visitor)
    ops.run(merge, found[done.branch].id)
    merged = ops.run(merge, "both")
    assert git(ops.stage.remote, "show", "main:web/index.html") == "<p>Both</p>"
    site = ops.repository.site(merged.commit)
    assert value_at(site, "acme", ("extensions", "1002", "name")) == "Rob Roe"
    _push(ops, lambda folder: (folder / "web/index.html").write_text("<p>X</p>", "utf-8") and None)
    ops.repository.fetch()
    assert "By hand" not in [one.title for one in log(ops.repository)]
    assert log(ops.repository, paths=["tenants.d/acme"])[0].tenants == ("acme",)


def test_self_service_is_merged_at_once_and_call_tests_run_there(
    make_below: Callable[..., Desk], call_tests: None
) -> None:
    bob = make_below("user", self_service=["devices.label"])
    done = bob.save(bob.edit(LABEL, "Mine"))
    assert done.merged and isinstance(done.checked.tests, TestRun)
    assert not done.checked.tests.problem
    assert git(bob.stage.remote, "show", f"main:{FOLDER}/{FILE}").count("Mine") == 1
    assert heads(bob.stage) == {"main": done.commit}


def test_the_platform_is_changed_there(make_below: Callable[..., Desk]) -> None:
    ops = make_below("admin")
    done = ops.save(ops.edit(("platform", "timezone"), "America/Chicago", None))
    told = git(ops.stage.remote, "diff", "--name-only", "main", done.branch)
    assert told == f"{FOLDER}/platform.yaml"


def test_another_process_looks_there_too(make_below: Callable[..., Desk], tmp_path: Path) -> None:
    ops = make_below("admin")
    found = survey(ops.repository.blobs, ops.repository.tip().commit, tmp_path / "findings")
    assert set(found.results) == set(ops.repository.tip().slugs)


def test_a_folder_that_is_none_is_told() -> None:
    for odd in ("/srv", "../x", "a:b", "a\nb"):
        with pytest.raises(SettingsError, match="subfolder"):
            place_of(odd)
    assert place_of("./a//b/") == Place("a/b")
    assert Place("a").inside("ab/c") is None
    assert (Place("a").inside("a/c"), Place().inside("c")) == ("c", "c")
    assert Place("a").shown("c") == "/c"


def _push(desk: Desk, change: Callable[[Path], None]) -> None:
    from .conftest import others

    others(desk.stage, change)


def _branch(desk: Desk, name: str, files: dict[str, str]) -> None:
    site = desk.stage.site
    git(site, "checkout", "--quiet", "-B", name, "main")
    for path, text in files.items():
        (site / path).write_text(text, "utf-8")
    git(site, "commit", "--quiet", "--all", "--message", f"On {name}")
    git(site, "push", "--quiet", "origin", name)
    git(site, "checkout", "--quiet", "main")
