"""The table of reasons to hold, the gates, suspensions, requests, the status: without any switch."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.planning.actions import step
from dialform.compiler.planning.window import is_open, next_opening
from dialform.reconcile import gates, policy, requests, status, suspension
from dialform.reconcile.guard import Guard
from dialform.reconcile.layout import Layout
from dialform.reconcile.policy import REASONS, Ending, hold
from dialform.reconcile.probing import Probe, ProbeError, probes
from dialform.reconcile.quarantine import Quarantine
from dialform.reconcile.settings import Settings, SettingsError, listen_address
from dialform.reconcile.systemd import Systemd
from dialform.reconcile.times import Times, moment, written

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def test_every_reason_has_a_sentence_a_way_out_and_a_line_in_the_docs() -> None:
    page = (ROOT / "docs/agent.md").read_text()
    for name, reason in REASONS.items():
        assert re.fullmatch(r"(?:[A-Z][a-z]+)+", name)
        assert reason.way_out.rstrip("}")[-1] in ".w" or reason.way_out.endswith("{boot}"), name
        assert f"`{name}`" in page, f"docs/agent.md does not say what {name} means"


def test_a_hold_fills_its_sentence() -> None:
    found = hold("Suspended", why="a big day.", by=" by ann")
    assert found.message == "It is suspended by ann: a big day."
    assert "{" not in hold("RollbackFailed").message


def test_every_reason_that_is_used_is_in_the_table() -> None:
    used = set()
    for path in (ROOT / "reconcile").glob("*.py"):
        used |= set(re.findall(r"""hold\(\s*["'](\w+)["']""", path.read_text()))
    used |= {"SourceUnreachable", "RefusedSource"}
    assert used <= REASONS.keys()
    assert REASONS.keys() - used == set(), "a reason that nobody gives"


def plan(impact: str = "none", *changes: tuple[str, list[str]], **safety: Any) -> dict[str, Any]:
    return {
        "summary": {"impact": impact},
        "changes": [{"impact": one, "actions": actions} for one, actions in changes],
        "safety": {
            "deletes": 0, "refusals": [], "window": "", "timezone": "UTC", **safety,
        },
    }  # fmt: skip


def test_the_window() -> None:
    drops = plan("drops calls", ("drops calls", ["sofia profile internal restart"]))
    restart = [step("profile_restart", profile="internal")]

    def judged(one: Any, steps: Any, guard: Guard | None = None, **more: Any) -> str:
        found = gates.window(one, steps, guard, **({"allowed": False, "now": NOW} | more))
        return found.message if found else ""

    assert "no window is set" in judged(drops, [])
    assert "sofia profile internal restart" in judged(plan(), restart), "whatever the plan says"
    assert judged(drops, restart, allowed=True) == ""
    assert judged(plan("new calls"), [step("reloadxml")]) == ""
    by_hand = plan("drops calls", ("drops calls", ["reloadxml", "restart the switch"]))
    assert judged(by_hand, [step("reloadxml"), step("restart")]) == "", "nobody sends that"
    drops["safety"]["window"] = "Sat 11:00-13:00"
    assert judged(drops, restart) == ""
    drops["safety"]["window"] = "Sun 02:00-04:00"
    assert "Sun 02:00-04:00" in judged(drops, restart)
    found = gates.window(drops, restart, None, allowed=False, now=NOW)
    assert found is not None
    assert found.until == datetime(2026, 11, 29, 2, 0, tzinfo=UTC).timestamp()


def test_the_next_opening() -> None:
    for window in ("Sun 02:00-04:00", "02:00-04:00", "Mon-Fri 23:00-01:00", "Sat 12:00-13:00"):
        opens = next_opening(window, "America/New_York", NOW)
        assert is_open(window, "America/New_York", opens)
        assert opens >= NOW


def test_safety_limits() -> None:
    refused = plan(deletes=3, refusals=[{"reason": "3 would be deleted", "force": True}])
    found = gates.safety(refused, None)
    assert found is not None
    assert "--force 3" in found.message
    assert gates.safety(refused, 2) is not None
    assert gates.safety(refused, 3) is None
    refused["safety"]["refusals"] = [{"reason": "no tenant would be left", "force": False}]
    assert gates.safety(refused, 3) is not None
    assert gates.safety(None, None) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2h", 7200), ("30m", 1800), ("1d", 86400), ("13:00", 3600), ("11:00", 23 * 3600)],
)
def test_until_when(text: str, seconds: int) -> None:
    assert suspension.until(text, NOW) == NOW.timestamp() + seconds


@pytest.mark.parametrize("text", ["99999999999999999999h", "9999999d", "9999-12-31T23:59"])
def test_what_ends_in_the_far_future_is_no_time(text: str) -> None:
    with pytest.raises(suspension.UntilError, match="too far off"):
        suspension.until(text, NOW)


def test_until_when_with_zones() -> None:
    assert suspension.until("2026-11-28T13:30", NOW) == NOW.timestamp() + 5400
    assert suspension.until("2026-11-28T13:30+01:00", NOW) == NOW.timestamp() + 1800
    assert suspension.until("08:00", NOW, "America/New_York") == NOW.timestamp() + 3600


@pytest.mark.parametrize("text", ["soon", "25:00", "12:61", "2026-11-01", "", "-2h"])
def test_no_time(text: str) -> None:
    with pytest.raises(suspension.UntilError):
        suspension.until(text, NOW)


def test_a_suspension_is_kept_and_ends(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    now = NOW.timestamp()
    assert suspension.read(layout, now) is None
    suspension.write(layout, suspension.Suspension("why", "ann", now, now + 60))
    assert suspension.read(layout, now + 59) == suspension.Suspension("why", "ann", now, now + 60)
    assert suspension.read(layout, now + 60) is None
    layout.suspended.write_text("{half")
    assert suspension.read(layout, now) is not None, "what cannot be read suspends, to be safe"
    assert suspension.end(layout)
    assert not suspension.end(layout)


def test_requests_are_taken_once(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert requests.take(layout) is None
    request = requests.Request("rollback", {"wanted": "abc"})
    requests.ask(layout, request)
    assert requests.take(layout) == request
    assert requests.take(layout) is None
    layout.request.write_text("[]")
    assert requests.take(layout) is None
    requests.answer(layout, requests.Answer(request.id, True, "done"))
    assert requests.answered(layout, request.id) == requests.Answer(request.id, True, "done")
    assert requests.answered(layout, "another") is None


def test_quarantine_is_kept_and_bounded(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    quarantine = Quarantine(layout)
    for number in range(150):
        quarantine.add([f"{number:040}"], "bad")
    assert len(Quarantine(layout).reasons) == 100
    assert f"{149:040}" in Quarantine(layout).reasons
    assert quarantine.release(f"{149:040}")
    assert not quarantine.release(f"{149:040}")
    assert quarantine.release()
    assert Quarantine(layout).reasons == {}


def book(tmp_path: Path, now: list[float]) -> status.StatusBook:
    times = Times(now=lambda: now[0])
    return status.StatusBook(Layout(tmp_path), Settings("x", "pbx1", tmp_path), times)


def test_since_moves_only_with_the_status(tmp_path: Path) -> None:
    now = [1000.0]
    one = book(tmp_path, now)
    one.condition("Ready", True, "Applied")
    now[0] = 2000.0
    one.condition("Ready", True, "Quarantined", "held")
    ready = one.data["conditions"][0]
    assert (ready["reason"], ready["since"]) == ("Quarantined", written(1000.0))
    one.condition("Ready", False, "RollbackFailed")
    assert one.data["conditions"][0]["since"] == written(2000.0)


def test_a_status_outlives_its_agent(tmp_path: Path) -> None:
    now = [1000.0]
    one = book(tmp_path, now)
    one.condition("Ready", True, "Applied")
    one.count("passes", 7)
    one.hold(hold("Quarantined", commit="abc", why="bad"))
    one.save()
    now[0] = 5000.0
    other = book(tmp_path, now)
    assert other.data["counters"] == {"passes": 7}
    assert other.data["conditions"][0]["since"] == written(1000.0)
    assert other.data["held"]["since"] == written(1000.0)
    assert not other.hold(hold("Quarantined", commit="abc", why="bad")), "no news"
    assert other.hold(hold("Quarantined", commit="def", why="bad"))


def test_a_dead_agent_is_seen() -> None:
    now = time.time()
    said: dict[str, Any] = {"at": written(now - 10), "pid": 4, "stale_after": 180, "doing": ""}
    assert status.life(said, now, True) == ""
    assert "has gone" in status.life(said, now, False)
    assert status.life({**said, "at": written(now - 600)}, now, True).startswith(
        "the agent has said"
    )
    assert "was stopped" in status.life({**said, "doing": "stopped"}, now, False)
    assert status.life({**said, "once": True}, now, False) == "", "it is not meant to stay"


def test_times() -> None:
    times = Times(chance=lambda: 1.0)
    assert [times.pause(n) for n in (1, 2, 3, 20)] == [1.0, 2.0, 4.0, 60.0]
    assert Times(chance=lambda: 0.0).pause(1) == 0.5
    assert moment(written(1234567890.0)) == 1234567890.0
    assert moment("never") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9180", ("127.0.0.1", 9180)), (":80", ("127.0.0.1", 80)), ("[::1]:9", ("::1", 9))],
)
def test_listen_addresses(text: str, address: tuple[str, int]) -> None:
    assert listen_address(text) == address


@pytest.mark.parametrize("text", ["localhost", "1:x", "1:99999", ""])
def test_no_listen_address(text: str) -> None:
    with pytest.raises(SettingsError):
        listen_address(text)


def test_probes() -> None:
    assert probes(["acme/600", "a-b/*98"]) == (Probe("acme", "600"), Probe("a-b", "*98"))
    for text in ("acme", "acme/6 0", "acme/600}x", "ac me/6", "acme/600\n", "/600", "${x}/1"):
        with pytest.raises(ProbeError):
            probes([text])


def test_words_to_systemd(tmp_path: Path) -> None:
    import os
    import socket

    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(path)
        named = {
            "NOTIFY_SOCKET": path,
            "WATCHDOG_USEC": "30000000",
            "WATCHDOG_PID": str(os.getpid()),
        }
        systemd = Systemd(named)
        assert systemd.watchdog == 30.0
        systemd.ready("two\nlines")
        systemd.alive()
        systemd.stopping()
        assert heard.recv(100) == b"READY=1\nSTATUS=two lines"
        assert heard.recv(100) == b"WATCHDOG=1"
        assert heard.recv(100) == b"STOPPING=1"
    Systemd({}).ready("nobody listens")
    systemd.alive()  # the manager went away: no reason to fall
    assert Systemd({"WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}).watchdog is None


def test_endings_are_all_used() -> None:
    assert {one.ending for one in REASONS.values()} | {Ending.DRIFT} == set(Ending)
    assert issubclass(policy.Held, Exception)
