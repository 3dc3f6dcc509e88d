"""What differs in files is shown without the secrets that stand there plainly."""

import pytest

from dialform.console.changes.differences import difference, masked, plain_secrets
from dialform.console.errors import Away, NotThere
from dialform.console.saving import Repository, repository

from ..stage import Stage, git
from .test_history import got, merged_commit


@pytest.mark.parametrize(
    "line",
    [
        "+  password: hunter22x",
        '+  password: "hunter22x"',
        "+  - {name: Bob, password: hunter22x, role: user}",
        "-    pin: 'hunter22x'",
        "+    moderator_pin: hunter22x  # the boss",
        "+ token: hunter22x",
        '+ {"password": "hunter22x", "a": 1}',
        '+ calls: [{from: "1001", press: "hunter22x"}]',
    ],
)
def test_a_secret_by_its_key_is_not_shown(line: str) -> None:
    assert "hunter22x" not in masked(line)
    assert "(secret)" in masked(line)


@pytest.mark.parametrize(
    "line",
    [
        "+  password: {secret: acme-trunk}",
        "+  password: {age: abc}",
        "+ pin: null",
        "+ spinning: fast",
        "+ pin:",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert masked(line) == line


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    assert (
        masked("+  >-\n+    hunter22x\n+ hunter22xy", ["hunter22x"])
        == "+  >-\n+    (secret)\n+ hunter22xy"
    )


def test_a_commit_that_wrote_a_secret_shows_none(stage: Stage) -> None:
    old = "name: Bob Roe,"
    assert old in (stage.site / "tenants.d/acme/pbx.yaml").read_text("utf-8")
    text = git(stage.site, "show", "HEAD:tenants.d/acme/pbx.yaml")
    extension = next(line for line in text.splitlines() if '"1002":' in line and "name" in line)
    changed = extension.replace("{name:", "{password: Zq7-hunter22x, name:", 1)
    assert changed != extension
    commit = merged_commit(stage, "A password", {"tenants.d/acme/pbx.yaml": (extension, changed)})
    page = got(stage, "admin", f"/changes/{commit}")
    assert page.status_code == 200 and 'id="diff"' in page.text
    assert "hunter22x" not in page.text
    assert "Zq7-hunter22x" in plain_secrets(
        repository(stage.ground).site(commit), ["tenants.d/acme/pbx.yaml"]
    )


def test_where_the_secrets_of_a_commit_cannot_be_told_no_text_is_shown(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = repository(stage.ground)
    tip = store.tip().commit
    git(stage.site, "rm", "-r", "--quiet", ".")
    (stage.site / "README").write_text("Nothing yet\n")
    git(stage.site, "add", "README")
    git(stage.site, "commit", "--quiet", "--message", "No site")
    git(stage.site, "push", "--quiet", "origin", "HEAD:other")
    store.fetch()
    none = store.heads()["other"]

    def unread(self: Repository, commit: str) -> None:
        raise NotThere("There is no such commit.")

    monkeypatch.setattr(Repository, "site", unread)
    with pytest.raises(Away, match="cannot be shown"):
        difference(store, tip, none)
    assert difference(store, none, none) == ""  # before there is a site there are no secrets of one
