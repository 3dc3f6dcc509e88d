"""What comes after an attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.fax.queue.values import Job
from dialform.fax.sending.after import PATIENCE, SECOND, Next, next_step
from dialform.fax.sending.ladder import Rung, below, rung, rungs
from dialform.fax.sending.outcome import Outcome
from dialform.values import replace

from .made import ACCOUNT, JOB

NOW = 1_764_342_000 * SECOND

SENT = Outcome("sent", "", 3, "")
BUSY = Outcome("busy", "The number is busy.", 0, "busy")
BROKEN = Outcome("broken", "The call ended in the middle of the fax.", 1, "fax")
NO_FAX = Outcome("no_fax", "Nobody there.", 0, "no_fax")


def after(outcome: Outcome, job: Job = JOB, *, chance: float = 0.5, **more: object) -> Next:
    return next_step(job, ACCOUNT, outcome, NOW, chance, **more)  # type: ignore[arg-type]


def test_what_was_sent_is_sent() -> None:
    found = after(SENT)
    assert (found.state, found.cause, found.confirmed, found.counts) == ("sent", "", 3, True)


def test_busy_waits_ever_longer_on_the_same_rung() -> None:
    waits = []
    for tries in range(4):
        found = after(BUSY, replace(JOB, tries=tries, retries=10))
        assert (found.state, found.step, found.counts) == ("queued", 0, True)
        waits.append((found.due - NOW) // SECOND)
    assert waits == [60, 120, 300, 600]


def test_no_answer_waits_longer_than_busy() -> None:
    silent = Outcome("no_answer", "Nobody answers.", 0, "unanswered")
    assert (after(silent).due - NOW) // SECOND == 300


def test_only_a_failure_of_the_fax_goes_a_rung_down() -> None:
    found = after(BROKEN)
    assert (found.state, found.step, found.confirmed) == ("queued", 1, 1)
    assert (found.due - NOW) // SECOND == 20


def test_the_last_rung_is_the_last() -> None:
    assert after(BROKEN, replace(JOB, step=3)).step == 3


def test_pages_add_up_over_attempts() -> None:
    found = after(BROKEN, replace(JOB, confirmed=1))
    assert found.confirmed == 2


def test_all_pages_confirmed_is_sent_even_if_the_call_broke_then() -> None:
    found = after(BROKEN, replace(JOB, confirmed=2))
    assert (found.state, found.cause, found.confirmed) == ("sent", "", 3)


def test_retries_are_counted_after_the_first_attempt() -> None:
    assert after(BUSY, replace(JOB, tries=2)).state == "queued"
    over = after(BUSY, replace(JOB, tries=3))
    assert (over.state, over.cause, over.due) == ("failed", "The number is busy.", 0)
    assert after(BUSY, replace(JOB, retries=0)).state == "failed"


def test_no_fax_machine_is_tried_once_more() -> None:
    assert after(NO_FAX).state == "queued"
    assert after(NO_FAX, replace(JOB, tries=1), earlier=["no_fax"]).state == "failed"
    assert after(NO_FAX, replace(JOB, tries=1), earlier=["busy"]).state == "queued"


def test_a_number_that_there_is_not_fails_at_once() -> None:
    gone = Outcome("no_such_number", "There is no such number.", 0, "final")
    assert after(gone).state == "failed"


def test_another_trunk_is_tried_at_once_and_costs_no_retry() -> None:
    down = Outcome("trunk", "The call did not get through.", 0, "trunk")
    found = after(down, another=True)
    assert (found.state, found.due, found.counts, found.step) == ("sending", NOW, False, 0)
    found = after(down, another=False)
    assert (found.state, found.counts) == ("queued", True)
    assert found.due > NOW


def test_standard_resolution_costs_no_retry_and_is_asked_once() -> None:
    coarse = Outcome("coarse", "No fine.", 0, "coarse")
    found = after(coarse, replace(JOB, retries=0))
    assert (found.state, found.coarse, found.due, found.counts) == ("queued", True, NOW, False)
    assert after(coarse, replace(JOB, coarse=True)).state == "failed"


def test_what_our_own_limits_hold_back_costs_no_retry() -> None:
    held = Outcome("cap", "All calls are taken.", 0, "held")
    found = after(held, replace(JOB, retries=0, tries=0))
    assert (found.state, found.cause, found.counts) == ("queued", "All calls are taken.", False)
    assert found.due > NOW and found.held
    assert not after(BUSY).held
    day = replace(JOB, retries=0, held=NOW - PATIENCE)
    assert after(held, day).state == "queued"
    found = after(held, replace(day, held=day.held - 1))
    assert (found.state, found.cause) == ("failed", "It waited for a day. All calls are taken.")
    assert after(SENT, replace(day, held=1)).state == "sent"


def test_who_cancels_a_fax_that_runs_cancels_it_unless_it_was_sent() -> None:
    wished = replace(JOB, wish="cancel")
    found = after(BROKEN, wished)
    assert (found.state, found.confirmed) == ("cancelled", 1)
    assert after(SENT, wished).state == "sent"


FAULTS = ["", "busy", "unanswered", "trunk", "fax", "no_fax", "unable", "coarse", "held", "lost", "ours",
          "final"]  # fmt: skip


@given(
    faults=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 3)), max_size=40),
    retries=st.integers(0, 10),
    chance=st.floats(0, 1),
)
def test_pages_never_go_back_and_what_counts_ends(
    faults: list[tuple[str, int]], retries: int, chance: float
) -> None:
    job = replace(JOB, retries=retries)
    for fault, pages in faults:
        outcome = Outcome(fault or "sent", "So.", pages, fault)  # type: ignore[arg-type]
        found = next_step(job, ACCOUNT, outcome, NOW, chance)
        assert job.confirmed <= found.confirmed <= job.pages
        assert found.step >= job.step
        assert job.tries + found.counts <= retries + 1
        assert found.due >= NOW or found.state != "queued"
        if found.state != "queued":
            assert found.due == 0
            break
        assert found.confirmed < job.pages
        job = replace(
            job,
            step=found.step,
            tries=job.tries + found.counts,
            confirmed=found.confirmed,
            coarse=found.coarse,
        )


@given(st.floats(0, 1))
def test_jitter_is_a_fifth_at_most(chance: float) -> None:
    wait = (after(BUSY, chance=chance).due - NOW) / SECOND
    assert 48 <= wait <= 72


def test_the_ladder_goes_from_t38_to_slow_sound_without_ecm() -> None:
    assert rungs(ACCOUNT) == [
        Rung(True, True, True), Rung(False, True, True), Rung(False, True, False),
        Rung(False, False, False),
    ]  # fmt: skip
    assert rung(99, ACCOUNT) == Rung(False, False, False)


def test_an_account_without_t38_or_ecm_has_fewer_rungs() -> None:
    plain = replace(ACCOUNT, t38=False, ecm=False)
    assert rungs(plain) == [Rung(False, False, True), Rung(False, False, False)]
    assert [below(step, plain) for step in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("t38", [True, False])
@pytest.mark.parametrize("ecm", [True, False])
def test_no_rung_asks_for_what_the_account_does_not_want(t38: bool, ecm: bool) -> None:
    for one in rungs(replace(ACCOUNT, t38=t38, ecm=ecm)):
        assert (not one.t38 or t38) and (not one.ecm or ecm)
