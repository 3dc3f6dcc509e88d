"""What nobody sends any more has failed after a while, and what somebody does is left alone."""

from dialform.fax.queue import Queue
from dialform.fax.queue.forsaking import WORDS
from dialform.fax.queue.values import New

from .world import ANY, MINUTE, NOW, after, attempt, state, submit

LATER = NOW + 10 * MINUTE


def test_jobs_of_a_tenant_that_is_nowhere_fail(queue: Queue) -> None:
    (gone,), (ours,) = submit(queue), submit(queue, tenant="bolt")
    (tomorrow,) = submit(queue, news=[New("+12125550103", due=LATER)])
    assert queue.forsake(["bolt"], NOW, LATER) == 0, "it has waited no longer than that"
    assert queue.forsake(["bolt"], NOW + 1, LATER) == 1
    job = queue.job(gone)
    assert job is not None
    assert (job.state, job.cause, job.ended) == ("failed", WORDS, LATER)
    assert (state(queue, ours), state(queue, tomorrow)) == ("queued", "queued")
    assert queue.forsake(["bolt"], NOW + 1, LATER) == 0
    assert queue.retry(gone, LATER), "whoever has the tenant again may send it after all"


def test_a_batch_that_another_host_sends_goes_on(queue: Queue) -> None:
    first, second, third = submit(queue, "+12125550101", "+12125550102", "+12125550103")
    assert queue.claim(first, "pbx2", "north", ANY, NOW)
    assert queue.begin(attempt(first, host="pbx2", began=NOW + 5 * MINUTE))
    assert queue.forsake([], NOW + 5 * MINUTE, LATER) == 0
    assert queue.end("leg-1", "sent", "", 9, {}, after("sent"), NOW + 6 * MINUTE)
    assert queue.forsake([], NOW + 5 * MINUTE + 1, LATER) == 2
    assert [state(queue, one) for one in (first, second, third)] == ["sent", "failed", "failed"]


def test_what_is_being_sent_is_nobodys_to_fail(queue: Queue) -> None:
    (id_,) = submit(queue)
    assert queue.claim(id_, "pbx2", "north", ANY, NOW)
    assert queue.forsake([], LATER, LATER) == 0
    assert state(queue, id_) == "sending"
