"""What comes after an attempt: sent, tried again on this rung or the next, or failed."""

from dialform.fax.queue.values import State
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a job after an attempt; `Queue.end` writes it down as it is.

    `state` is never `sending`. `cause` is in words (empty: it is sent). `due` is when it is tried next, 0
    where it is not. `tries` are the attempts that count against its retries: another trunk, and standard
    for fine resolution, are none.
    """

    state: State
    cause: str
    due: int
    step: int
    confirmed: int
    coarse: bool
    tries: int
