"""Commit statuses, as each forge takes them."""

from typing import Any

import pytest

from dialform.reconcile.telling.commitstatus import FORGES, LONGEST, commit_status, shortened
from dialform.reconcile.telling.errors import BadTargetError
from dialform.reconcile.telling.teller import Messenger

from .conftest import COMMIT, Receiver, status

TOKEN = "hunter2hunter2hunter2"
CALLS = {
    "github": ("/repos/ops/site/statuses/" + COMMIT, "authorization", f"Bearer {TOKEN}"),
    "gitlab": ("/projects/ops%2Fsite/statuses/" + COMMIT, "private-token", TOKEN),
    "forgejo": ("/repos/ops/site/statuses/" + COMMIT, "authorization", f"token {TOKEN}"),
}
NAMES = {"github": "failure", "gitlab": "failed", "forgejo": "failure"}


def tell(
    receiver: Receiver, forge: str, *kinds: str, token: str = TOKEN, commit: str = COMMIT
) -> Messenger:
    async def main() -> Messenger:
        target = commit_status(
            "git@git.example:ops/site.git", lambda: f"{token}\n", forge=forge, api=receiver.base
        )
        messenger = Messenger([target])
        for kind in kinds:
            await messenger.tell(
                kind, status(attempted={"commit": commit}), f"{kind}: {'a b ' * 100}"
            )
        await messenger.close()
        return messenger

    made: Messenger = receiver.run(main)
    return made


@pytest.mark.parametrize("forge", FORGES)
def test_each_forge_is_told_in_its_own_way(receiver: Receiver, forge: str) -> None:
    tell(
        receiver,
        forge,
        "reconciling",
        "applied",
        "rolled_back",
        "rollback_failed",
        "held",
        "invalid",
    )
    path, header, value = CALLS[forge]
    assert set(receiver.paths) == {path}
    assert {one[header] for one in receiver.headers} == {value}
    bad = NAMES[forge]
    assert [one["state"] for one in receiver.taken] == [
        "pending",
        "success",
        bad,
        bad,
        "pending",
        bad,
    ]
    for one in receiver.taken:
        assert one.get("context", one.get("name")) == "dialform/pbx1"
        assert len(one["description"]) <= LONGEST


def test_what_is_of_no_commit_is_not_told_to_a_forge(receiver: Receiver) -> None:
    tell(receiver, "github", "drift", "attack", "suspended", "recovered")
    tell(receiver, "github", "applied", commit="worktree")
    assert receiver.taken == []


def test_gitlab_refuses_to_set_what_stands_there_already(receiver: Receiver) -> None:
    said = '{"message":"Cannot transition status via :enqueue from :pending"}'
    receiver.answers = [(400, {}, said), (400, {}, "something else")]
    messenger = tell(receiver, "gitlab", "reconciling", "applied")
    assert messenger.outcomes["delivered"] == messenger.outcomes["failed"] == 1


@pytest.mark.parametrize("token", ["", "a\r\nX: y", "ключ"])
def test_a_token_that_is_no_header_is_not_sent(receiver: Receiver, token: str) -> None:
    assert tell(receiver, "github", "applied", token=token).outcomes["failed"] == 1
    assert receiver.taken == []


def test_a_token_file_that_cannot_be_read_is_no_fault_of_the_agent(receiver: Receiver) -> None:
    def token() -> str:
        raise PermissionError(13, "Permission denied")

    async def main() -> Messenger:
        messenger = Messenger([commit_status("https://github.com/a/b", token, api=receiver.base)])
        await messenger.tell("applied", status(), "x")
        await messenger.close()
        return messenger

    assert receiver.run(main).outcomes["failed"] == 1


@pytest.mark.parametrize(
    ("site", "more", "api", "repository"),
    [
        ("https://github.com/ops/site.git", {}, "https://api.github.com", "ops/site"),
        ("git@github.com:ops/site.git", {}, "https://api.github.com", "ops/site"),
        ("https://x:y@gitlab.com/g/sub/site", {}, "https://gitlab.com/api/v4", "g/sub/site"),
        ("ssh://git@gitlab.example:2222/g/site.git", {}, "https://gitlab.example/api/v4", "g/site"),
        ("https://codeberg.org/ops/site", {}, "https://codeberg.org/api/v1", "ops/site"),
        ("https://git.example:3000/ops/site", {"forge": "gitea"}, "https://git.example:3000/api/v1", "ops/site"),
        ("https://git.example/ops/site", {"forge": "github"}, "https://git.example/api/v3", "ops/site"),
        ("https://forge.example/a/b", {"forge": "gitlab", "api": "https://api.example/v4/"},
         "https://api.example/v4", "a/b"),
    ],
)  # fmt: skip
def test_the_forge_is_found_from_the_site(site: str, more: Any, api: str, repository: str) -> None:
    found = commit_status(site, lambda: TOKEN, **more)
    assert (found.api, found.repository) == (api, repository)


@pytest.mark.parametrize(
    ("site", "more"),
    [
        ("https://git.example/hunter2/site", {}),
        ("https://bob:hunter2@notgithub.example/a/b", {}),
        ("/srv/site.git", {}),
        ("file:///srv/site.git", {}),
        ("https://github.com/", {}),
        ("https://github.com/../admin", {}),
        ("https://github.com:port/a/b", {}),
        ("https://github.com/a/b", {"forge": "bitbucket"}),
        ("https://github.com/a/b", {"api": "http://api.example/hunter2"}),
    ],
)
def test_a_site_that_is_on_no_known_forge_is_said(site: str, more: dict[str, str]) -> None:
    with pytest.raises(BadTargetError) as caught:
        commit_status(site, lambda: TOKEN, **more)
    assert "hunter2" not in str(caught.value)


def test_descriptions_are_one_short_line() -> None:
    assert shortened(" a\n b\t c ") == "a b c"
    assert len(shortened("x" * 500)) == LONGEST
    assert shortened("x" * LONGEST) == "x" * LONGEST
