"""Why faxes stay queued, and why they fail."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Limits, New, Sheets
from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground
from dialform.simulator.served import SimulatedSwitch

from .conftest import NOW, Ask, Made

MICRO = 1_000_000
AT = int(NOW * MICRO)
MINUTE = 60 * MICRO
SHEETS = Sheets("d" * 64, "letter.pdf", 2, b"II*\0fine", b"II*\0standard")
JOBS = ("fax jobs", "faxes", "faxes of acme")


@pytest.fixture
def queue(ground: Ground, tmp_path: Path) -> Iterator[Queue]:
    """The queue of an agent's host, that was heard of just now."""
    ground.state = tmp_path
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        made = Queue(ledger.database)
        made.beat("pbx1", AT - 20 * MICRO)
        yield made


def put(queue: Queue, count: int = 1, ago: int = 60 * MINUTE, tenant: str = "acme") -> list[int]:
    news = [New(f"+1212555{number:04}") for number in range(count)]
    return queue.submit(SHEETS, tenant, "1050", news, by="", title="", retries=3, coarse=False, now=AT - ago)  # fmt: skip


def of_queue(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.about in JOBS]


def test_what_waits_for_its_time_is_in_order(ask: Ask, queue: Queue) -> None:
    put(queue, ago=MINUTE)
    (found,) = of_queue(ask("fax"))
    assert (found.level.word, found.found) == (
        "ok", "1 wait for their time or turn, 0 are being sent; nothing is late.",
    )  # fmt: skip


def test_nobody_sends(ask: Ask, queue: Queue, machine: Made) -> None:
    first, *_ = put(queue, 2)
    queue.beat("pbx1", AT)
    assert "No agent" not in of_queue(ask("fax"))[0].cause
    machine.time = lambda: NOW + 600
    (found,) = of_queue(ask("fax"))
    assert found.level.word == "problem"
    assert found.found == f"2 wait, the first ({first}) for 70 minutes."
    assert found.cause.startswith("No agent sends: none was heard of since 2026-11-28")
    assert "systemctl start dialform-agent" in found.way_out


def test_what_the_agent_said_is_told(ask: Ask, queue: Queue) -> None:
    (id_,) = put(queue)
    queue.hold(id_, "The trunks have all the calls that they may have at once.", AT - MINUTE, AT - 60 * MINUTE)  # fmt: skip
    (found,) = of_queue(ask("fax"))
    assert found.cause == "The trunks have all the calls that they may have at once."
    assert f"dialform fax show {id_}" in found.way_out


@pytest.mark.parametrize(
    ("key", "value", "cause"),
    [
        ("suspended", True, "The tenant is suspended."),
        ("concurrent_faxes", 0, "The tenant may send no fax at once."),
    ],
)
def test_what_was_released_stops_it(
    ask: Ask, queue: Queue, host: Path, key: str, value: object, cause: str
) -> None:
    put(queue)
    file = host / "fax/tenants/acme.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), key: value}))
    assert [one.cause for one in of_queue(ask("fax"))] == [cause]


def test_its_turn_has_not_come(ask: Ask, queue: Queue, host: Path) -> None:
    file = host / "fax/tenants/acme.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "concurrent_faxes": 1}))
    first, _ = put(queue, 2)
    assert queue.claim(first, "pbx1", "mycarrier", Limits(), AT)
    assert "as many as the tenant may at once" in of_queue(ask("fax"))[0].cause


def test_a_tenant_that_is_not_here_any_more(ask: Ask, queue: Queue) -> None:
    put(queue, tenant="gone")
    (found,) = [one for one in ask("fax") if one.about == "faxes of gone"]
    assert "no fax account in what this host runs" in found.cause


def test_a_flag_on_the_switch(ask_live: Ask, queue: Queue) -> None:
    put(queue)

    async def flagged(switch: SimulatedSwitch) -> None:
        switch.live.switch.environment.db.run("insert/acme-block/outbound/limit")

    causes = [one.cause for one in of_queue(ask_live("fax", prepare=flagged))]
    assert causes == ["The tenant has reached its daily or monthly limit."]


def test_most_fail(ask: Ask, queue: Queue) -> None:
    ids = put(queue, 3)
    for id_ in ids[:2]:
        queue.fail(id_, "There is no such number.", AT - MINUTE)
    assert not [one for one in of_queue(ask("fax")) if one.level.word == "warning"]
    queue.fail(ids[2], "Nobody answers.", AT - MINUTE)
    (found,) = [one for one in of_queue(ask("fax")) if one.level.word == "warning"]
    assert found.found == "3 of 3 faxes failed within a day."
    assert found.cause == "Most often (2): There is no such number."


def test_what_the_agent_says_of_itself(ask: Ask, queue: Queue, tmp_path: Path) -> None:
    status = {
        "conditions": [],
        "fax": {"error": "Nothing is sent: no connection to the switch yet"},
    }
    (tmp_path / "status.json").write_text(json.dumps(status))
    found = of_queue(ask("fax"))
    assert ("problem", status["fax"]["error"]) in [(one.level.word, one.found) for one in found]


def test_without_a_ledger_it_is_not_looked_at(ask: Ask, ground: Ground, tmp_path: Path) -> None:
    assert {one.level.word for one in of_queue(ask("fax"))} == {"unknown"}
    ground.state = tmp_path
    (found,) = of_queue(ask("fax"))
    assert (found.level.word, "There is no ledger at" in found.found) == ("unknown", True)
