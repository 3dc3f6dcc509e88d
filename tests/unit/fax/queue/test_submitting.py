"""Faxes are stored whole or not at all, and found as they were meant."""

import time
from contextlib import suppress

import pytest
from sqlalchemy import event

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.values import New
from dialform.values import replace

from ...billing.ledger.conftest import Raw
from .world import MINUTE, NOW, ONE, SHEETS, submit


def test_a_job_is_what_was_asked_for(queue: Queue) -> None:
    news = [New(ONE, "City Dentist"), New("+12125550178", due=NOW + MINUTE)]
    first, second = submit(queue, news=news, batch="b-1", coarse=True)
    one, other = queue.job(first), queue.job(second)
    assert one is not None and other is not None
    assert (one.tenant, one.account, one.to, one.name) == ("acme", "1050", ONE, "City Dentist")
    assert (one.document, one.file, one.pages, one.title) == (
        SHEETS.digest,
        "letter.pdf",
        3,
        "Offer",
    )
    assert (one.state, one.due, one.by, one.retries) == ("queued", NOW, "carol", 3)
    assert (one.batch, one.coarse, one.created, one.ended, one.over) == ("b-1", True, NOW, 0, False)
    assert (other.to, other.due) == ("+12125550178", NOW + MINUTE)
    assert queue.sheets(one.document, one.file) == SHEETS
    assert queue.attempts(first) == []


def test_a_document_is_kept_once_and_nameless(queue: Queue, raw: Raw) -> None:
    submit(queue)
    (id_,) = submit(queue, tenant="bolt", sheets=replace(SHEETS, name="same.pdf"))
    assert raw("SELECT count(*) FROM fax_documents") == [(1,)]
    job = queue.job(id_)
    assert job is not None and job.file == "same.pdf"
    found = queue.sheets(SHEETS.digest)
    assert found is not None and found.name == ""


def test_one_may_get_the_document_behind_a_cover_of_its_own(queue: Queue, raw: Raw) -> None:
    own = replace(SHEETS, digest="e" * 64, name="cover.pdf", pages=4, fine=b"II*\0own")
    ids = submit(queue, news=[New(ONE), New(ONE, sheets=own), New(ONE, sheets=SHEETS)])
    jobs = [queue.job(id_) for id_ in ids]
    assert [(job.document, job.pages, job.file) for job in jobs if job] == [
        (SHEETS.digest, 3, "letter.pdf"), (own.digest, 4, "cover.pdf"), (SHEETS.digest, 3, "letter.pdf"),
    ]  # fmt: skip
    assert queue.sheets(own.digest, own.name) == own
    assert raw("SELECT count(*) FROM fax_documents") == [(2,)]


def test_a_number_may_get_a_document_of_its_own(queue: Queue, raw: Raw) -> None:
    covered = replace(SHEETS, digest="covered", name="cover.pdf", pages=4)
    first, second, third = submit(
        queue,
        news=[New(ONE), New("+12125550178", sheets=covered), New("+12125550179", sheets=covered)],
    )
    found = [queue.job(id_) for id_ in (first, second, third)]
    told = [(job.document, job.file, job.pages) for job in found if job]
    assert told == [
        (SHEETS.digest, "letter.pdf", 3),
        ("covered", "cover.pdf", 4),
        ("covered", "cover.pdf", 4),
    ]
    assert raw("SELECT count(*) FROM fax_documents") == [(2,)]
    (only,) = submit(queue, news=[New(ONE, sheets=replace(covered, digest="other"))])
    assert queue.sheets("other") is not None and only > third


def test_what_is_not_there_is_none(queue: Queue) -> None:
    assert (queue.job(1), queue.sheets("x"), queue.attempts(1), queue.jobs()) == (
        None,
        None,
        [],
        [],
    )
    assert submit(queue, news=[]) == []
    assert queue.sheets(SHEETS.digest) is None


def test_a_batch_that_is_there_is_not_stored_again(queue: Queue) -> None:
    ids = submit(queue, ONE, "+12125550178", batch="b-1")
    assert submit(queue, ONE, "+12125550178", batch="b-1") == ids
    assert submit(queue, ONE, batch="b-1", tenant="bolt") != ids[:1]
    assert len(queue.jobs(tenant="acme")) == 2


def test_one_number_that_cannot_be_kept_leaves_nothing(queue: Queue, raw: Raw) -> None:
    with pytest.raises(LedgerError):
        submit(queue, ONE, "")
    assert raw("SELECT count(*) FROM fax_documents") == [(0,)]
    assert queue.jobs() == []


def test_what_is_no_text_is_kept_as_far_as_it_is(queue: Queue) -> None:
    (id_,) = submit(queue, news=[New(ONE, "A\0B\ud800")], title="C\0")
    job = queue.job(id_)
    assert job is not None and (job.name, job.title) == ("A\ufffdB\ufffd", "C\ufffd")


class KilledError(BaseException):
    """The process is gone."""


def test_killed_anywhere_a_batch_is_there_whole_or_not_at_all(
    queue: Queue, ledger: Ledger, raw: Raw
) -> None:
    numbers = [f"+1212555{number:04}" for number in range(2500)]
    seen, there = [0, 0], []
    for place in range(1, 40):
        seen[:] = [0, place]

        def step(*_: object) -> None:
            seen[0] += 1
            if seen[0] == seen[1]:
                raise KilledError

        event.listen(ledger.database.engine, "before_cursor_execute", step)
        with suppress(KilledError):
            submit(queue, *numbers, batch="b")
        event.remove(ledger.database.engine, "before_cursor_execute", step)
        there.append(raw("SELECT count(*) FROM fax_jobs")[0][0])
        assert raw("SELECT count(*) FROM fax_documents")[0][0] == bool(there[-1])
        if seen[0] < place:
            break
    assert there[-1] == 2500 and set(there[:-1]) == {0} and len(there) > 4


def test_jobs_are_asked_for_by_tenant_account_state_and_batch(queue: Queue) -> None:
    ids = submit(queue, *(f"+121255501{number:02}" for number in range(5)), batch="b")
    submit(queue, tenant="bolt")
    (other,) = submit(queue, account="1051")
    queue.cancel(ids[1], NOW)
    assert [job.id for job in queue.jobs("acme", ["1050"])] == ids
    assert [job.id for job in queue.jobs("acme", [])] == []
    assert [job.id for job in queue.jobs("acme", states=["cancelled"])] == [ids[1]]
    assert [job.id for job in queue.jobs("acme", ["1051"])] == [other]
    assert [job.id for job in queue.jobs(batch="b", after=ids[1], most=2)] == ids[2:4]
    down = queue.jobs("acme", ["1050"], newest=True, most=2)
    assert [job.id for job in down] == ids[:2:-1]
    more = queue.jobs("acme", ["1050"], newest=True, after=down[-1].id)
    assert [job.id for job in more] == ids[2::-1]
    assert queue.counts("acme", batch="b") == {
        "queued": 4, "sending": 0, "sent": 0, "failed": 0, "cancelled": 1
    }  # fmt: skip
    assert queue.counts("acme", [])["queued"] == 0


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_ten_thousand_jobs_are_one_transaction(queue: Queue, ledger: Ledger) -> None:
    commits: list[float] = []
    event.listen(ledger.database.engine, "commit", lambda _: commits.append(time.monotonic()))
    ids = submit(queue, *(f"+1{number:010}" for number in range(10_000)), batch="b")
    assert len(commits) == 1
    assert ids == sorted(set(ids)) and len(ids) == 10_000
    job = queue.job(ids[1234])
    assert job is not None and job.to == "+10000001234"


def test_many_are_cancelled_and_sent_again_in_one_go(queue: Queue) -> None:
    ids = submit(queue, ONE, "+12125550178", "+12125550179")
    queue.fail(ids[0], "There is no such number.", NOW)
    assert queue.cancel_each([*ids, 99], NOW) == {
        ids[0]: "",
        ids[1]: "cancelled",
        ids[2]: "cancelled",
        99: "",
    }
    assert queue.retry_each([ids[2], ids[0], 99], NOW) == {ids[0]: True, ids[2]: True, 99: False}
    assert [job.state for job in queue.jobs()] == ["queued", "cancelled", "queued"]
