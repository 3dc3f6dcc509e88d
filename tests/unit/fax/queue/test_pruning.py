"""What is kept no longer goes, with all that only it needs; nothing else does."""

import threading

import pytest

from dialform.billing.ledger.ledger import Ledger
from dialform.fax.queue import Queue, locks
from dialform.fax.queue.pruning import prune
from dialform.fax.queue.submitting import Order
from dialform.fax.queue.submitting import submit as add
from dialform.fax.queue.values import New
from dialform.values import replace

from ...billing.ledger.conftest import Raw
from .conftest import Opened, until_somebody_waits
from .world import NOW, SHEETS, after, begun, submit

OTHER = replace(SHEETS, digest="other")


def test_old_jobs_go_with_attempts_and_documents(queue: Queue, raw: Raw) -> None:
    sent = begun(queue)
    queue.end("leg-1", "sent", "", 3, {}, after("sent"), NOW)
    (failed,) = submit(queue, sheets=OTHER)
    queue.fail(failed, "Toll.", NOW + 5)
    (waits,) = submit(queue)
    (bolt,) = submit(queue, tenant="bolt", sheets=OTHER)
    queue.cancel(bolt, NOW)
    assert queue.prune("acme", NOW) == 0
    assert queue.prune("acme", NOW + 1) == 1
    assert queue.job(sent) is None and queue.attempts(sent) == []
    assert queue.sheets(SHEETS.digest) is not None, "another job needs it"
    assert queue.prune("acme", NOW + 10) == 1
    assert queue.sheets("other") is not None, "bolt's job needs it"
    assert queue.prune("bolt", NOW + 10) == 1
    assert queue.sheets("other") is None
    assert [job.id for job in queue.jobs()] == [waits]
    assert raw("SELECT count(*) FROM fax_documents") == [(1,)]


def test_only_so_many_go_at_a_time_the_oldest_first(queue: Queue) -> None:
    ids = submit(queue, *(f"+1212555010{number}" for number in range(5)))
    for place, id_ in enumerate(reversed(ids)):
        queue.cancel(id_, NOW + place)
    assert queue.prune("acme", NOW + 99, most=2) == 2
    assert [job.id for job in queue.jobs()] == ids[:3]


def test_a_number_is_never_given_again(queue: Queue) -> None:
    (first,) = submit(queue)
    queue.cancel(first, NOW)
    assert queue.prune("acme", NOW + 1) == 1
    (second,) = submit(queue)
    assert second > first


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_document_does_not_go_while_somebody_sends_it_again(
    queue: Queue, ledger: Ledger, another: Opened
) -> None:
    (old,) = submit(queue)
    queue.cancel(old, NOW)
    others, found = another(), []
    with ledger.database.engine.connect() as connection, connection.begin():
        assert prune(connection, "acme", NOW + 1, 10) == 1
        adding = threading.Thread(target=lambda: found.append(submit(others)))
        adding.start()
        until_somebody_waits(ledger)
        assert found == []
    adding.join()
    ((id_,),) = found
    job = queue.job(id_)
    assert job is not None and queue.sheets(job.document) is not None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_document_stays_that_somebody_is_about_to_send(
    queue: Queue, ledger: Ledger, another: Opened
) -> None:
    """Without a lock the removal would meet the new job at its end, and fail."""
    (old,) = submit(queue)
    queue.cancel(old, NOW)
    others, found = another(), []
    order = Order("acme", "1050", "", "", 3, False, "")
    with ledger.database.engine.connect() as connection, connection.begin():
        (id_,) = add(connection, SHEETS, order, [New("+12125550101")], NOW)
        removing = threading.Thread(target=lambda: found.append(others.prune("acme", NOW + 1)))
        removing.start()
        until_somebody_waits(ledger)
    removing.join()
    assert found == [1] and queue.job(old) is None
    job = queue.job(id_)
    assert job is not None and queue.sheets(job.document) is not None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_many_may_add_at_once(queue: Queue, ledger: Ledger, another: Opened) -> None:
    others = another()
    with ledger.database.engine.connect() as connection, connection.begin():
        locks.adding(connection)
        assert len(submit(others)) == 1
