"""`dialform console invite` and its neighbours."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dialform.cli.console.group import command
from dialform.cli.exits import Exit
from dialform.console.accounts import accounts, audit, links, sessions
from dialform.console.accounts.keys import Keys

from ..stage import Stage

Run = Callable[..., Result]


@pytest.fixture
def run(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DIALFORM_STATE", str(stage.folder / "agent"))
    database = stage.ledger.database
    for one in accounts.of(database):
        accounts.remove(database, one.id)

    def run(*words: str) -> Result:
        more = [
            "--out",
            str(stage.out),
            "--secrets",
            str(stage.secrets),
            "--ledger",
            stage_url(stage),
        ]
        return CliRunner().invoke(command, [words[0], *more, *words[1:]], standalone_mode=True)

    return run


def stage_url(stage: Stage) -> str:
    return f"sqlite:///{stage.folder / 'ledger.db'}"


def account(stage: Stage, subject: str) -> accounts.Account:
    found = accounts.by_subject(stage.ledger.database, subject)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("subject", "login"),
    [("acme/alice", "alice@acme.example"), ("@ops", "ops"), ("acme/bob", "acme/bob")],
)
def test_an_invitation_is_a_link_that_works_once(
    stage: Stage, run: Run, subject: str, login: str
) -> None:
    done = run("invite", subject)
    assert done.exit_code == Exit.CLEAN, done.output
    assert f"{subject} signs in as {login}." in done.output
    token = re.search(r"^https://portal\.example\.com/welcome/([\w-]{43})$", done.stdout, re.M)
    assert token
    database, now = stage.ledger.database, stage.ground.clocks.micros()
    found = links.find(database, token[1], "invitation", now)
    assert found is not None and found.account == account(stage, subject).id
    again = run("invite", subject)
    assert (
        token[1] not in again.output and links.find(database, token[1], "invitation", now) is None
    )
    assert token[1] not in json.dumps([one.details for one in audit.of(database)], default=str)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("invite", "acme/zoe"), Exit.USAGE, "Tenant acme has no user zoe in what this host runs."),
        (("invite", "nosuch/bob"), Exit.USAGE, "There is no tenant nosuch"),
        (
            ("invite", "@nobody"),
            Exit.USAGE,
            "@nobody is not among `admins` of platform.yaml (@ops).",
        ),
        (("lock", "acme/bob"), Exit.USAGE, "`dialform console invite` makes one."),
        (("reset", "acme/bob"), Exit.USAGE, "There is no account of acme/bob"),
        (("invite", "acme/bob", "--email", "a@b\n, c@d"), Exit.INVALID_SITE, "is no mail address"),
        (("invite", "acme/bob", "--email", "bob"), Exit.INVALID_SITE, "“bob” is no mail address"),
        (("invite", "acme/bob", "--mail"), Exit.OUR_ERROR, "There is no mail address to write to."),
    ],
)
def test_a_mistake_is_a_sentence(run: Run, words: tuple[str, ...], code: int, told: str) -> None:
    done = run(*words)
    assert (done.exit_code, "Traceback" in done.output) == (code, False), done.output
    assert told in done.output


def test_accounts_are_listed_locked_and_their_sessions_ended(stage: Stage, run: Run) -> None:
    database = stage.ledger.database
    assert "There are no accounts yet" in run("accounts").output
    run("invite", "acme/bob", "--email", "bob@acme.example")
    run("invite", "@ops")
    bob = account(stage, "acme/bob")

    def begin() -> None:
        sessions.begin(database, Keys(b"k" * 32), bob.id, now=1, way="password")

    begin()
    assert "Sessions of acme/bob that ended: 1." in run("end-sessions", "bob@acme.example").output
    begin()
    assert "acme/bob is locked; sessions that ended: 1." in run("lock", "acme/bob").output
    listed: list[dict[str, Any]] = json.loads(run("accounts", "--format", "json").stdout)
    assert [(one["subject"], one["state"]) for one in listed] == [
        ("@ops", "invited"), ("acme/bob", "locked"),
    ]  # fmt: skip
    refused = run("reset", "acme/bob")
    assert refused.exit_code == Exit.INVALID_SITE and "unlock it first" in refused.output
    assert run("unlock", "acme/bob").exit_code == Exit.CLEAN
    assert "/reset/" in run("reset", "acme/bob").stdout
    assert [
        one["subject"]
        for one in json.loads(run("accounts", "--tenant", "acme", "--format", "json").stdout)
    ] == ["acme/bob"]
    acts = [(one.subject, one.act) for one in audit.of(database, tenant="acme", limit=5)]
    assert acts == [
        ("command line", act)
        for act in ("reset sent", "unlocked", "locked", "sessions ended", "invited")
    ]
