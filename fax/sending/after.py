"""What comes after an attempt: sent, tried again on this rung or the next, or failed.

Of a fax that is tried again, what the other machine confirmed is not sent again. A rung down leads
only what is the fax's own failure; who is busy is busy on any rung.
"""

from collections.abc import Collection, Mapping, Sequence

from dialform.fax.queue.values import Job, Next
from dialform.fax.released.accounts import Account
from dialform.fax.sending.ladder import below
from dialform.fax.sending.outcome import Fault, Outcome
from dialform.values import replace

SECOND = 1_000_000
"""Microseconds."""
PATIENCE = 24 * 3600 * SECOND
"""Microseconds that a fax waits for what is no attempt of its own: a limit, a cap, a free trunk."""
HOLDING = 30
"""Seconds after which a fax that is held back is looked at again."""

_WAITS: Mapping[Fault, Sequence[int]] = {
    "busy": (60, 120, 300, 600),
    "unanswered": (300, 600, 1200),
    "trunk": (60, 120, 300, 600),
    "fax": (20, 60, 300),
    "no_fax": (300,),
    "unable": (300, 600, 1200),
    "lost": (20, 60, 300),
    "ours": (60, 300),
    "held": (HOLDING,),
}
"""Seconds after the first, second, … attempt that counts; after more of them the last."""

_JITTER = 0.2


def next_step(
    job: Job, account: Account, outcome: Outcome, now: int, chance: float, *,
    earlier: Collection[str] = (), another: bool = False,
) -> Next:  # fmt: skip
    """By the job as it was when the attempt began, and by what became of that.

    `now` is in microseconds, `chance` in 0…1. `earlier` are the words of the job's earlier
    outcomes, `another` says that its route has a trunk more: then the state is `sending`, and the
    host goes on with that at once.
    """
    confirmed = min(job.confirmed + outcome.pages, job.pages)
    so_far = Next("queued", outcome.words, 0, job.step, confirmed, job.coarse)
    if not outcome.fault or confirmed >= job.pages:
        return replace(so_far, state="sent", cause="", confirmed=job.pages)
    if job.wish == "cancel":
        return replace(so_far, state="cancelled", cause="Cancelled.")
    if outcome.fault == "held":
        if waited(job, now):
            return replace(so_far, state="failed", cause=for_a_day(outcome.words), counts=False)
        return replace(so_far, due=_due("held", 1, now, chance), counts=False, held=True)
    if outcome.fault == "trunk" and another:
        return replace(so_far, state="sending", due=now, counts=False)
    if outcome.fault == "coarse" and not job.coarse:
        return replace(so_far, due=now, coarse=True, counts=False)
    tries = job.tries + 1
    if _is_over(outcome, tries > job.retries, earlier):
        return replace(so_far, state="failed")
    step = below(job.step, account) if outcome.fault == "fax" else job.step
    return replace(so_far, due=_due(outcome.fault, tries, now, chance), step=step)


def waited(job: Job, now: int) -> bool:
    """Whether it was held back for so long that it goes no more."""
    return bool(job.held) and now - job.held > PATIENCE


def for_a_day(words: str) -> str:
    """Why such a one has failed, by what it waited for."""
    return f"It waited for a day. {words}"


def _is_over(outcome: Outcome, spent: bool, earlier: Collection[str]) -> bool:
    """Whether nothing comes after it. Where no fax machine answers, one more attempt is made."""
    if outcome.fault in ("final", "coarse"):
        return True
    return spent or (outcome.fault == "no_fax" and outcome.word in earlier)


def _due(fault: Fault, tries: int, now: int, chance: float) -> int:
    waits = _WAITS[fault]
    seconds = waits[min(max(tries, 1), len(waits)) - 1]
    return now + round(seconds * SECOND * (1 + _JITTER * (2 * chance - 1)))
