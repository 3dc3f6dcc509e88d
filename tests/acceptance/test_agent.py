"""The agent's commands from outside: processes, exit codes, what they wrote; on a simulated switch."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import DIALFORM, Done, Run, environment
from .test_plan import edit, git, longer


class Host:
    """One host: its site's repository, its secrets, its state folder, its switch."""

    def __init__(self, site: Path, folder: Path, run: Run) -> None:
        self.site, self.state, self.secrets = site, folder / "state", folder / "secrets"
        self.run = run
        self._switch: subprocess.Popen[str] | None = None
        self.secrets.mkdir()
        for name in ("master", "esl", "mycarrier"):
            (self.secrets / name).write_text(f"{name}-{'x' * 32}")
        for name in ("acme-general", "acme-conf"):
            (self.secrets / name).write_text("480312")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        edit(site, "platform.yaml", "port: 8021", f"port: {self.port}")
        git(site, "init", "-q", "-b", "main")
        (site / ".gitignore").write_text("/out/\n")
        git(site, "add", "-A")
        git(site, "commit", "-q", "-m", "the site")

    @property
    def options(self) -> list[str]:
        return ["--site", str(self.site), "--host", "pbx1", "--secrets", str(self.secrets)]

    def once(self, *more: str) -> Done:
        """One pass."""
        return self.run("agent", *self.options, "--state", str(self.state), "--once", *more)

    def say(self, command: str, *more: str) -> Done:
        """A command that needs only the state folder."""
        return self.run(command, *more, "--state", str(self.state))

    def apply(self, *more: str) -> Done:
        return self.run(
            "apply",
            "--state",
            str(self.state),
            "--secrets",
            str(self.secrets),
            *more,
            cwd=self.site,
        )

    def start(self) -> None:
        """Start the switch from `current`."""
        conf = self.state / "current" / "freeswitch"
        self._switch = subprocess.Popen(
            [DIALFORM, "simulate", "--conf", conf], stdout=subprocess.PIPE, text=True, env=environment()
        )  # fmt: skip
        assert self._switch.stdout is not None
        self._switch.stdout.readline()
        assert str(self.port) in self._switch.stdout.readline()

    def stop(self) -> None:
        if self._switch is not None:
            self._switch.terminate()
            self._switch.communicate()
            self._switch = None

    @property
    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.state / "status.json").read_text())
        return found

    def ask(self, command: str) -> None:
        """Do something on the switch by hand."""
        import asyncio

        from dialform.switch import Client

        async def say() -> None:
            async with Client(("127.0.0.1", self.port), f"esl-{'x' * 32}") as client:
                await client.api(command)

        asyncio.run(say())

    def commit(self) -> str:
        """A small change, pushed."""
        text = (self.site / "tenants.d/acme/pbx.yaml").read_text()
        now = int(re.search(r"simultaneous, timeout: (\d+)", text)[1])  # type: ignore[index]
        edit(self.site, "tenants.d/acme/pbx.yaml", f"simultaneous, timeout: {now}",
             f"simultaneous, timeout: {now + 1}")  # fmt: skip
        git(self.site, "commit", "-qam", "longer")
        return git(self.site, "rev-parse", "HEAD")


@pytest.fixture
def host(site: Path, tmp_path: Path, run: Run) -> Iterator[Host]:
    made = Host(site, tmp_path, run)
    yield made
    made.stop()


@pytest.fixture
def live(host: Host) -> Host:
    """A host whose switch runs the first commit, proven."""
    assert host.once().status == 1  # laid out; the switch is started from it
    host.start()
    done = host.once()
    assert done.status == 0, done.err
    return host


def until(holds: Callable[[], Any], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_from_nothing_to_proven_changed_and_back(host: Host) -> None:
    first = host.once()
    assert first.status == 1
    assert f"-conf {host.state}/current/freeswitch" in first.err
    assert host.say("status").status == 1
    host.start()
    applied = host.once()
    assert applied.status == 0
    assert "is applied and proven" in applied.out
    again = host.once()
    assert (again.status, "nothing to do" in again.out) == (0, True)
    old = git(host.site, "rev-parse", "HEAD")
    new = host.commit()
    assert host.once().status == 0
    assert host.status["applied"]["commit"] == new
    shown = host.say("status")
    assert shown.status == 0, shown.out
    assert re.search(rf"applied +{new[:10]}, revision \w+, proven", shown.out)
    back = host.say("rollback", "--reason", "it smells")
    assert back.status == 0, back.err
    assert f"{new[:10]} is held back" in back.out
    assert host.status["applied"]["commit"] == old
    held = host.once()
    assert (held.status, "it smells" in held.err) == (1, True)
    assert host.say("status").status == 1
    retried = host.say("resume", "--retry")
    assert retried.status == 0
    assert host.once().status == 0
    assert host.status["applied"]["commit"] == new
    listed = host.say("rollback", "--list")
    assert listed.out.count("\n") == 2
    assert "x" * 32 not in (host.state / "status.json").read_text()


def test_exit_codes(live: Host) -> None:
    live.ask("callcenter_config agent add stranger callback")
    drift = live.say("drift")
    assert (drift.status, "agent stranger" in drift.out) == (5, True)
    data = json.loads(live.say("drift", "--format", "json").out)
    assert [one["name"] for one in data["drift"]] == ["stranger"]
    assert live.once("--drift", "report").status == 5
    assert live.say("status").status == 1
    assert live.once().status == 0
    assert live.say("drift").status == 0
    assert live.status["counters"]["drift_healed"] == {"agent": 1}

    edit(live.site, "tenants.d/janes-bakery.yaml", '["1001", "1002"]', '["1001", "1009"]')
    git(live.site, "commit", "-qam", "wrong")
    invalid = live.once()
    assert (invalid.status, "tenants.d/janes-bakery.yaml:" in invalid.err) == (3, True)
    git(live.site, "revert", "--no-edit", "HEAD")

    for path in (*(live.site / "tenants.d/nordlicht").iterdir(), live.site / "calls.d/demo.yaml"):
        path.unlink()
    git(live.site, "commit", "-qam", "gone")
    limit = live.once()
    assert (limit.status, "--force" in limit.err) == (4, True)
    git(live.site, "revert", "--no-edit", "HEAD")
    assert live.once().status == 0

    live.stop()
    live.commit()
    gone = live.once()
    assert (gone.status, "The switch does not answer" in gone.err) == (1, True)
    assert live.say("drift").status == 1


def test_suspended(live: Host) -> None:
    live.commit()
    assert live.say("suspend", "--reason", "a big day", "--until", "2h").status == 0
    held = live.once()
    assert (held.status, "a big day" in held.out) == (0, True)
    assert "a big day" in live.say("status").out
    assert live.say("resume").status == 0
    assert "is applied" in live.once().out
    assert "was not suspended" in live.say("resume").out


def test_apply_by_hand(live: Host) -> None:
    longer(live.site)
    dry = live.apply("--dry-run")
    assert dry.status == 0, dry.err
    assert "~ acme ring group 600" in dry.out
    assert "1. reloadxml" in dry.out
    assert "Nothing was sent: this was a dry run." in dry.out
    done = live.apply()
    assert done.status == 0, done.err
    assert re.search(r"Applied to pbx1, and proven: generation worktree-\w+\.", done.out)
    assert live.status["applied"]["dirty"]
    again = live.apply()
    assert (again.status, "Nothing to do" in again.out) == (0, True)
    git(live.site, "commit", "-qam", "longer")
    assert "is applied" in live.once().out, "the commit takes the place of what was dirty"
    edit(live.site, "tenants.d/janes-bakery.yaml", '["1001", "1002"]', '["1001", "1009"]')
    wrong = live.apply()
    assert (wrong.status, "1009" in wrong.err) == (3, True)


def test_apply_a_plan(live: Host, tmp_path: Path) -> None:
    live.commit()
    plan = str(tmp_path / "p.json")
    saved = live.run("plan", "--base", "HEAD~1", "--head", "HEAD", "--out", plan, cwd=live.site)
    assert saved.status == 0, saved.err
    (live.site / "tenants.d/acme/pbx.yaml").write_text("not: [what was planned")
    done = live.apply(plan)
    assert done.status == 0, done.err
    assert "1. reloadxml" in done.out
    assert live.status["applied"]["commit"] == git(live.site, "rev-parse", "HEAD")
    assert not live.status["applied"]["dirty"]


def test_a_running_agent(live: Host) -> None:
    """It picks up commits, answers requests, serves its status; a second one is refused; SIGTERM ends it."""
    old = live.status["applied"]["commit"]
    command = [
        DIALFORM, "agent", *live.options, "--interval", "1", "--listen", "127.0.0.1:0",
    ]  # fmt: skip
    log = (live.state.parent / "log").open("w+")
    with subprocess.Popen(
        command, stderr=log, env=environment(DIALFORM_AGENT_STATE=str(live.state))
    ) as agent:
        try:
            until(lambda: "Listening on" in Path(log.name).read_text())
            new = live.commit()
            until(lambda: live.status["applied"]["commit"] == new)
            where = re.search(r"Listening on (\S+)", Path(log.name).read_text())
            assert where
            with urllib.request.urlopen(f"{where[1]}/readyz") as reply:
                assert json.load(reply)["status"] == "True"
            assert live.say("status").status == 0
            second = live.once()
            assert (second.status, f"process {agent.pid}" in second.err) == (1, True)
            assert live.apply().status == 1
            back = live.say("rollback")
            assert back.status == 0, back.err
            until(lambda: (live.status["held"] or {}).get("reason") == "Quarantined")
            assert live.status["applied"]["commit"] == old
            newer = live.commit()
            until(lambda: live.status["applied"]["commit"] == newer)
            live.say("suspend", "--reason", "x")
            until(lambda: (live.status["held"] or {}).get("reason") == "Suspended")
            live.say("resume")
            until(lambda: live.status["held"] is None)
        finally:
            agent.send_signal(signal.SIGTERM)
        assert agent.wait(30) == 0
    log.close()
    assert live.status["doing"] == "stopped"
    assert "was stopped" in live.say("status").out


def test_killed_and_gone_on_with(live: Host) -> None:
    new = live.commit()
    with subprocess.Popen(
        [DIALFORM, "agent", *live.options, "--state", live.state, "--once"],
        env=environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    ) as agent:  # fmt: skip
        until(lambda: live.status["doing"].startswith("applying") or agent.poll() is not None)
        os.kill(agent.pid, signal.SIGKILL)
    assert live.once().status == 0
    assert live.status["applied"]["commit"] == new


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("agent",), 64, "Missing option '--site'"),
        (("agent", "--site", "x"), 64, "Missing option '--host'"),
        (("agent", "--site", "/nowhere", "--host", "a", "--once"), 3, "/nowhere"),
        (
            ("agent", "--site", "x", "--host", "a", "--listen", "here"),
            64,
            "no address to listen on",
        ),
        (("agent", "--site", "x", "--host", "a", "--probe", "600"), 64, "TENANT/NUMBER"),
        (("agent", "--site", "x", "--host", "a", "--status-store", "ftp://x"), 64, "status store"),
        (("agent", "--site", "x", "--host", "a", "--notify", "ftp://x"), 64, "webhook"),
        (("status",), 64, "no agent has run"),
        (("drift",), 64, "Nothing was applied"),
        (("rollback",), 64, "Nothing was applied"),
        (("suspend", "--reason", "x", "--until", "soon"), 64, "is no time"),
    ],
)
def test_mistakes_are_one_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], status: int, words: str
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    done = run(*arguments, "--state", str(state))
    assert (done.status, words in " ".join(done.err.split())) == (status, True), done


def test_no_state_folder(run: Run, tmp_path: Path) -> None:
    for command in ("status", "drift", "rollback", "resume"):
        done = run(command, "--state", str(tmp_path / "nowhere"))
        assert (done.status, "no state folder" in done.err) == (64, True)


def test_every_option_by_the_environment(host: Host) -> None:
    done = host.run(
        "agent", DIALFORM_AGENT_SITE=str(host.site), DIALFORM_AGENT_HOST="pbx9",
        DIALFORM_AGENT_STATE=str(host.state), DIALFORM_AGENT_SECRETS=str(host.secrets),
        DIALFORM_AGENT_ONCE="1",
    )  # fmt: skip
    assert (done.status, "no host 'pbx9': it has pbx1" in done.err) == (3, True)
