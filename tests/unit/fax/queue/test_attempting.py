"""An attempt's end and what comes next are one, what arrived is never forgotten, what was sent is sent."""

import pytest

from dialform.fax.queue import Queue
from dialform.fax.queue.hearing import SILENT

from .world import ANY, MINUTE, NOW, PAGES, after, attempt, begun, state, submit


def test_an_end_and_what_comes_next(queue: Queue) -> None:
    id_ = begun(queue)
    assert [one.uuid for one in queue.open_attempts("pbx1")] == ["leg-1"]
    assert queue.open_attempts("pbx2") == []
    details = {"fax_result_code": "48", "station": "A\0"}
    comes = after(step=1, coarse=True, cause="Busy.")
    assert queue.end("leg-1", "busy", "The number is busy.", 0, details, comes, NOW + 5)
    job = queue.job(id_)
    assert job is not None
    assert (job.state, job.cause, job.due, job.step) == ("queued", "Busy.", NOW + MINUTE, 1)
    assert (job.tries, job.coarse, job.host, job.trunk, job.ended) == (1, True, "", "", 0)
    (one,) = queue.attempts(id_)
    assert (one.number, one.ended, one.outcome, one.cause) == (
        1,
        NOW + 5,
        "busy",
        "The number is busy.",
    )
    assert one.details == {"fax_result_code": "48", "station": "A\ufffd"}
    assert queue.open_attempts("pbx1") == []


def test_an_end_counts_once(queue: Queue) -> None:
    id_ = begun(queue)
    assert queue.end("leg-1", "busy", "Busy.", 0, {}, after(), NOW)
    assert not queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW)
    assert not queue.end("leg-9", "sent", "", PAGES, {}, after("sent"), NOW)
    job = queue.job(id_)
    assert job is not None and (job.state, job.tries, job.confirmed) == ("queued", 1, 0)


def test_another_trunk_or_resolution_uses_up_no_retry(queue: Queue) -> None:
    id_ = begun(queue)
    queue.end("leg-1", "coarse", "No fine.", 0, {}, after(counts=False, coarse=True), NOW)
    job = queue.job(id_)
    assert job is not None and (job.tries, job.coarse) == (0, True)


def test_pages_that_arrived_stay_so(queue: Queue) -> None:
    id_ = begun(queue)
    assert queue.page("leg-1", 1)
    assert not queue.page("leg-1", 1) and not queue.page("leg-1", 0) and not queue.page("leg-9", 1)
    assert queue.end("leg-1", "broken", "Broken.", 0, {}, after(confirmed=0, due=NOW), NOW)
    job = queue.job(id_)
    assert job is not None and job.confirmed == 1
    assert not queue.page("leg-1", 2), "it is over"
    assert queue.claim(id_, "pbx1", "north", ANY, NOW)
    assert queue.begin(attempt(id_, "leg-2", start=1))
    assert queue.end("leg-2", "broken", "Broken.", 1, {}, after(confirmed=2), NOW)
    job = queue.job(id_)
    assert job is not None and (job.confirmed, job.state) == (2, "queued")


@pytest.mark.parametrize("said", ["sent", "queued", "failed"])
def test_what_arrived_in_full_is_sent_whatever_else_is_said(queue: Queue, said: str) -> None:
    id_ = begun(queue)
    assert queue.page("leg-1", PAGES)
    assert queue.end("leg-1", "broken", "Broken.", 0, {}, after(said), NOW + 7)
    job = queue.job(id_)
    assert job is not None
    assert (job.state, job.confirmed, job.cause, job.ended) == ("sent", PAGES, "", NOW + 7)


def test_what_the_switch_calls_sent_is_sent(queue: Queue) -> None:
    id_ = begun(queue)
    queue.cancel(id_, NOW)
    assert queue.end("leg-1", "sent", "", 0, {}, after("sent"), NOW)
    job = queue.job(id_)
    assert job is not None and (job.state, job.confirmed, job.wish) == ("sent", PAGES, "")


def test_more_pages_than_there_are_are_all(queue: Queue) -> None:
    id_ = begun(queue)
    assert queue.end("leg-1", "sent", "", 99, {}, after("sent", confirmed=99), NOW)
    job = queue.job(id_)
    assert job is not None and (job.state, job.confirmed) == ("sent", PAGES)


def test_cancelled_while_it_waits_it_is_at_once(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert queue.cancel(id_, NOW) == "cancelled"
    job = queue.job(id_)
    assert job is not None and (job.state, job.cause, job.ended) == ("cancelled", "Cancelled.", NOW)
    assert queue.cancel(id_, NOW) == "" and queue.cancel(99, NOW) == ""
    assert not queue.claim(id_, "pbx1", "north", ANY, NOW)
    assert not queue.hold(id_, "x", NOW, NOW) and not queue.fail(id_, "x", NOW)


def test_cancelled_while_it_is_dialled_its_host_is_told(queue: Queue) -> None:
    id_ = begun(queue)
    assert queue.wished("pbx1") == []
    assert queue.cancel(id_, NOW) == "sending"
    assert [job.id for job in queue.wished("pbx1")] == [id_]
    assert queue.wished("pbx2") == []
    assert state(queue, id_) == "sending"
    assert queue.end("leg-1", "cancelled", "Hung up.", 1, {}, after(), NOW)
    job = queue.job(id_)
    assert job is not None
    assert (job.state, job.cause) == ("cancelled", "Cancelled; 1 of 3 pages had arrived.")
    assert queue.wished("pbx1") == []


def test_cancelled_before_it_is_dialled_it_is_not(queue: Queue) -> None:
    first, second, third = submit(queue, "+12125550101", "+12125550102", "+12125550103")
    for id_ in (first, second, third):
        assert queue.claim(id_, "pbx1", "north", ANY, NOW)
        assert queue.cancel(id_, NOW) == "sending"
        assert not queue.begin(attempt(id_))
        assert not queue.claim(id_, "pbx1", "south", ANY, NOW)
    assert queue.hold(first, "x", NOW + MINUTE, NOW, host="pbx1")
    assert queue.fail(second, "x", NOW, host="pbx1")
    assert queue.take_over(third, after(), NOW + SILENT)
    assert [state(queue, id_) for id_ in (first, second, third)] == ["cancelled"] * 3


def test_retried_it_begins_behind_what_arrived(queue: Queue) -> None:
    id_ = begun(queue)
    assert not queue.retry(id_, NOW), "it is being sent"
    queue.end("leg-1", "broken", "Broken.", 1, {}, after("failed", step=3), NOW)
    assert state(queue, id_) == "failed"
    assert queue.retry(id_, NOW + MINUTE)
    job = queue.job(id_)
    assert job is not None
    assert (job.state, job.due, job.step, job.tries, job.ended) == ("queued", NOW + MINUTE, 0, 0, 0)
    assert (job.confirmed, job.cause) == (1, "")
    assert queue.retry(id_, NOW + 5), "what waits goes at once"
    assert [one.id for one in queue.due(["acme"], NOW + 5)] == [id_]
    assert queue.claim(id_, "pbx1", "north", ANY, NOW + 5)
    assert queue.begin(attempt(id_, "leg-2", start=1))
    assert queue.end("leg-2", "sent", "", 2, {}, after("sent"), NOW)
    assert not queue.retry(id_, NOW) and not queue.retry(99, NOW)


def lost(queue: Queue) -> int:
    """A job that pbx2 took over from pbx1, which was silent."""
    id_ = begun(queue)
    assert queue.take_over(id_, after(due=NOW, counts=False), NOW + SILENT)
    return id_


def test_what_a_lost_host_had_sent_is_sent(queue: Queue) -> None:
    id_ = lost(queue)
    assert queue.end("leg-1", "sent", "", PAGES, {"code": "0"}, after("sent"), NOW + SILENT)
    job = queue.job(id_)
    assert job is not None and (job.state, job.ended) == ("sent", NOW + SILENT)
    assert queue.doubtful("pbx1") == []
    (one,) = queue.attempts(id_)
    assert (one.outcome, one.details, one.doubt) == ("sent", {"code": "0"}, False)
    assert not queue.end("leg-1", "busy", "", 0, {}, after(), NOW), "the truth is told once"


def test_whoever_sends_again_what_had_arrived_stops(queue: Queue) -> None:
    id_ = lost(queue)
    assert queue.claim(id_, "pbx2", "north", ANY, NOW + SILENT)
    assert queue.begin(attempt(id_, "leg-2", host="pbx2"))
    assert queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW + SILENT)
    assert [job.id for job in queue.wished("pbx2")] == [id_]
    assert queue.end("leg-2", "cancelled", "Hung up.", 0, {}, after("cancelled"), NOW + SILENT + 9)
    job = queue.job(id_)
    assert job is not None and (job.state, job.cause) == ("sent", "")


@pytest.mark.parametrize("what", ["hold", "fail"])
def test_nobody_dials_what_had_arrived(queue: Queue, what: str) -> None:
    id_ = lost(queue)
    assert queue.claim(id_, "pbx2", "north", ANY, NOW + SILENT)
    assert queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW + SILENT)
    assert not queue.begin(attempt(id_, "leg-2", host="pbx2"))
    if what == "hold":
        assert queue.hold(id_, "x", NOW + SILENT, NOW + SILENT, host="pbx2")
    else:
        assert queue.fail(id_, "x", NOW + SILENT, host="pbx2")
    assert state(queue, id_) == "sent"


def test_of_a_lost_attempt_that_failed_only_its_pages_matter(queue: Queue) -> None:
    id_ = lost(queue)
    queue.cancel(id_, NOW + SILENT)
    assert queue.end("leg-1", "broken", "Broken.", 2, {}, after("queued", step=3), NOW + SILENT + 1)
    job = queue.job(id_)
    assert job is not None
    assert (job.state, job.confirmed, job.step, job.tries) == ("cancelled", 2, 0, 0)


def test_what_may_go_on_is_in_doubt_until_somebody_knows(queue: Queue) -> None:
    id_ = begun(queue)
    lost = after(confirmed=1, counts=True)
    assert queue.end("leg-1", "lost", "Nobody can say.", 1, {}, lost, NOW, True)
    job, (leg,) = queue.job(id_), queue.doubtful("pbx1")
    assert job is not None and (job.state, job.confirmed, job.tries) == ("queued", 1, 1)
    assert (leg.uuid, leg.outcome, leg.doubt) == ("leg-1", "lost", True)
    assert queue.end("leg-1", "lost", "Still nobody can.", 1, {}, lost, NOW, True)
    assert [one.uuid for one in queue.doubtful("pbx1")] == ["leg-1"]
    assert queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW)
    job = queue.job(id_)
    assert job is not None and (job.state, job.confirmed, job.tries) == ("sent", PAGES, 1)
    assert queue.doubtful("pbx1") == []
    assert not queue.end("leg-1", "lost", "Late.", 0, {}, lost, NOW, True)
