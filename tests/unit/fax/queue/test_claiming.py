"""Who sends what: within the limits of tenants and trunks, one host a job, and none is lost."""

import pytest

from dialform.billing.ledger.errors import LedgerRefusedError
from dialform.fax.queue import Queue
from dialform.fax.queue.claiming import MOST
from dialform.fax.queue.hearing import SILENT
from dialform.fax.queue.values import Limits, Running

from ...billing.ledger.conftest import Raw
from .world import ANY, MINUTE, NOW, after, attempt, begun, state, submit


def test_what_is_due_is_of_these_tenants_and_in_turn(queue: Queue) -> None:
    ids = submit(queue, *(f"+1212555{number:04}" for number in range(MOST + 5)))
    (other,) = submit(queue, tenant="bolt", now=NOW + 5)
    submit(queue, tenant="elsewhere")
    submit(queue, now=NOW + MINUTE)
    found = [job.id for job in queue.due(["bolt", "acme", "none"], NOW + 5)]
    assert found[:3] == [ids[0], other, ids[1]]
    assert len(found) == MOST + 1
    assert queue.due([], NOW) == []


def test_what_is_claimed_is_due_no_more(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert not queue.claim(id_, "pbx1", "north", ANY, NOW - 1), "not due yet"
    assert queue.claim(id_, "pbx1", "north", ANY, NOW)
    assert queue.due(["acme"], NOW) == []
    assert not queue.claim(id_, "pbx2", "north", ANY, NOW)
    job = queue.job(id_)
    assert job is not None and (job.state, job.host, job.trunk) == ("sending", "pbx1", "north")
    assert queue.running() == Running({"acme": 1}, {"north": 1})
    assert not queue.claim(99, "pbx1", "north", ANY, NOW)


def test_a_tenant_sends_no_more_at_once_than_it_may(queue: Queue) -> None:
    ids = submit(queue, "+12125550101", "+12125550102", "+12125550103")
    (other,) = submit(queue, tenant="bolt")
    two = Limits(tenant=2)
    taken = [queue.claim(id_, f"pbx{id_ % 2}", "north", two, NOW) for id_ in ids]
    assert taken == [True, True, False]
    assert queue.claim(other, "pbx1", "north", two, NOW)
    assert not queue.claim(ids[2], "pbx1", "north", Limits(tenant=0), NOW)
    queue.hold(ids[0], "The trunk is down.", NOW + MINUTE, NOW, host=f"pbx{ids[0] % 2}")
    assert queue.claim(ids[2], "pbx1", "north", two, NOW)


def test_a_trunk_carries_no_more_at_once_than_it_may(queue: Queue) -> None:
    first, second = submit(queue, "+12125550101", "+12125550102")
    (other,) = submit(queue, tenant="bolt")
    one = Limits(trunk=1)
    assert queue.claim(first, "pbx1", "north", one, NOW)
    assert not queue.claim(other, "pbx2", "north", one, NOW)
    assert queue.claim(other, "pbx2", "south", one, NOW)
    assert queue.claim(second, "pbx1", "north", Limits(trunk=0), NOW), "0: any number"


def test_a_host_may_change_the_trunk_of_what_it_does_not_dial(queue: Queue) -> None:
    id_ = begun(queue)
    assert not queue.claim(id_, "pbx1", "south", ANY, NOW), "it is being dialled"
    queue.end("leg-1", "trunk", "Down.", 0, {}, after("sending", counts=False), NOW)
    job = queue.job(id_)
    assert job is not None and (job.state, job.host, job.tries) == ("sending", "pbx1", 0)
    assert not queue.claim(id_, "pbx2", "south", ANY, NOW)
    assert queue.claim(id_, "pbx1", "south", Limits(1, 1), NOW)
    assert not queue.begin(attempt(id_, "leg-2")), "claimed for another trunk"
    assert queue.begin(attempt(id_, "leg-2", trunk="south"))
    assert [one.number for one in queue.attempts(id_)] == [1, 2]
    assert queue.running().trunks == {"south": 1}


def test_nothing_is_dialled_that_nobody_holds(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert not queue.begin(attempt(id_))
    assert queue.claim(id_, "pbx1", "north", ANY, NOW)
    assert not queue.begin(attempt(id_, host="pbx2"))
    assert not queue.begin(attempt(99))
    assert queue.begin(attempt(id_)) and queue.begin(attempt(id_)), "said again it is nothing new"
    assert not queue.begin(attempt(id_, "leg-2")), "one call at a time"
    assert len(queue.attempts(id_)) == 1
    queue.end("leg-1", "busy", "Busy.", 0, {}, after(), NOW)
    assert not queue.begin(attempt(id_)), "that leg is over"


def test_a_job_that_is_held_says_why_and_since_when(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert queue.hold(id_, "No free trunk.", NOW + MINUTE, NOW)
    assert not queue.hold(id_, "Again.", NOW + 9 * MINUTE, NOW + 1), "not due: nothing to hold"
    job = queue.job(id_)
    assert job is not None
    assert (job.state, job.cause, job.due, job.held) == (
        "queued",
        "No free trunk.",
        NOW + MINUTE,
        NOW,
    )
    assert queue.hold(id_, "No credit.", NOW + 2 * MINUTE, NOW + MINUTE)
    job = queue.job(id_)
    assert job is not None and (job.cause, job.held) == ("No credit.", NOW)
    assert queue.claim(id_, "pbx1", "north", ANY, NOW + 2 * MINUTE)
    assert queue.begin(attempt(id_))
    job = queue.job(id_)
    assert job is not None and (job.cause, job.held, job.tries) == ("", NOW, 0)
    queue.end("leg-1", "busy", "Busy.", 0, {}, after(), NOW + 3 * MINUTE)
    job = queue.job(id_)
    assert job is not None and job.held == 0


def test_an_attempt_that_was_none_lets_the_waiting_go_on(queue: Queue) -> None:
    """Else a cap that nobody can be told of before the call would hold it for ever."""
    (id_,) = submit(queue)
    for number in range(3):
        now = NOW + number * MINUTE
        assert queue.claim(id_, "pbx1", "north", ANY, now)
        assert queue.begin(attempt(id_, f"leg-{number}"))
        none = after(counts=False, held=True, due=now + MINUTE)
        assert queue.end(f"leg-{number}", "cap", "Full.", 0, {}, none, now)
        job = queue.job(id_)
        assert job is not None and (job.held, job.tries) == (NOW, 0)


def test_holding_lets_no_other_host_go_of_what_it_holds(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert queue.claim(id_, "pbx1", "north", ANY, NOW)
    assert not queue.hold(id_, "x", NOW + MINUTE, NOW)
    assert not queue.hold(id_, "x", NOW + MINUTE, NOW, host="pbx2")
    assert not queue.fail(id_, "x", NOW, host="pbx2")
    assert [job.id for job in queue.unbegun("pbx1")] == [id_]
    assert queue.begin(attempt(id_))
    assert queue.unbegun("pbx1") == []
    assert not queue.hold(id_, "x", NOW + MINUTE, NOW, host="pbx1"), "it is being dialled"
    assert not queue.fail(id_, "x", NOW, host="pbx1")


def test_what_may_not_go_fails_without_a_call(queue: Queue) -> None:
    first, second = submit(queue, "+12125550101", "+12125550102")
    assert queue.fail(first, "No fax route takes it.", NOW)
    assert queue.claim(second, "pbx1", "north", ANY, NOW)
    assert queue.fail(second, "On the do-not-call list.", NOW, host="pbx1")
    one, other = queue.job(first), queue.job(second)
    assert one is not None and other is not None
    assert (one.state, one.cause, one.ended) == ("failed", "No fax route takes it.", NOW)
    assert (other.state, other.host, other.trunk) == ("failed", "", "")
    assert not queue.fail(first, "x", NOW)
    assert queue.running() == Running({}, {})


def test_a_silent_hosts_jobs_go_on_elsewhere(queue: Queue) -> None:
    id_ = begun(queue)
    (held,) = submit(queue, tenant="bolt")
    queue.claim(held, "pbx1", "north", ANY, NOW)
    queue.page("leg-1", 1)
    late = NOW + SILENT
    assert queue.abandoned(late - 1) == []
    assert not queue.take_over(id_, after(), late - 1)
    assert [job.id for job in queue.abandoned(late)] == [id_, held]
    assert queue.take_over(id_, after(cause="pbx1 is silent.", counts=False), late)
    assert queue.take_over(held, after(counts=False), late)
    assert not queue.take_over(id_, after(), late), "once"
    job = queue.job(id_)
    assert job is not None and (job.state, job.host, job.confirmed, job.tries) == (
        "queued",
        "",
        1,
        0,
    )
    (lost,) = queue.attempts(id_)
    assert (lost.outcome, lost.ended, lost.doubt, lost.pages) == ("lost", late, True, 1)
    assert queue.open_attempts("pbx1") == []
    assert queue.doubtful("pbx1") == [lost]
    assert queue.claim(id_, "pbx2", "north", ANY, NOW + SILENT)


def test_a_host_that_beats_is_left_alone(queue: Queue) -> None:
    id_ = begun(queue)
    queue.beat("pbx1", NOW + MINUTE)
    queue.beat("pbx1", NOW)  # an earlier one that comes late
    assert queue.seen() == {"pbx1": NOW + MINUTE}
    assert not queue.take_over(id_, after(), NOW + SILENT)
    assert queue.take_over(id_, after(), NOW + MINUTE + SILENT)


def test_who_comes_back_does_not_dial_what_another_has(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert queue.claim(id_, "pbx1", "north", ANY, NOW)
    assert queue.take_over(id_, after(due=NOW), NOW + SILENT)
    assert not queue.begin(attempt(id_))
    assert queue.claim(id_, "pbx2", "north", ANY, NOW + SILENT)
    assert not queue.begin(attempt(id_))
    assert queue.begin(attempt(id_, "leg-2", host="pbx2"))


def test_what_waits_is_told_by_tenant(queue: Queue) -> None:
    first, _ = submit(queue, "+12125550101", "+12125550102", now=NOW)
    submit(queue, tenant="bolt", now=NOW + MINUTE)
    queue.hold(first, "No free trunk.", NOW + 9 * MINUTE, NOW)
    (acme,) = queue.waiting(NOW + 1)
    assert (acme.tenant, acme.count, acme.job, acme.since) == ("acme", 2, first, NOW)
    assert acme.cause == "No free trunk."
    assert [one.tenant for one in queue.waiting(NOW + MINUTE)] == ["acme", "bolt"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fax_jobs SET state = 'sending'",
        "UPDATE fax_jobs SET host = 'pbx1'",
        "UPDATE fax_jobs SET state = 'sent', ended = 5",
        "UPDATE fax_jobs SET state = 'failed'",
        "UPDATE fax_jobs SET confirmed = 4",
        "UPDATE fax_jobs SET wish = 'cancel'",
        "UPDATE fax_jobs SET state = 'stuck'",
        "DELETE FROM fax_documents",
        "DELETE FROM fax_jobs WHERE id IN (SELECT job FROM fax_attempts)",
        "INSERT INTO fax_attempts SELECT 'x', job, 9, host, core, trunk, step, start, began, 0, '', '', 0, "
        "'{}', 0 FROM fax_attempts",
    ],
)
def test_the_database_itself_refuses_what_no_job_can_be(
    queue: Queue, raw: Raw, statement: str
) -> None:
    begun(queue)
    submit(queue)
    with pytest.raises(Exception, match=r"(?i)constraint|unique"):
        raw(statement)
    assert LedgerRefusedError is not None
    assert [state(queue, job.id) for job in queue.jobs()] == ["sending", "queued"]
