"""What the `{…}` of a dial string say about the whole originate."""

from collections.abc import Mapping
from typing import Self

from dialform.simulator.reading.words import integer, is_number, true
from dialform.values import dataclass


@dataclass(slots=True)
class Options:
    """What the `{…}` of a dial string say about the whole. Times are seconds."""

    timeout: int
    progress_timeout: int
    ignore_early: bool = False
    early_ok: bool = True
    ignore_ring: bool = False
    return_ring: bool = False
    continue_on_timeout: bool = False
    confirm_key: str = ""
    confirm_timeout: int = 0
    cancel_timeout: bool = False
    fail_on_reject: str = ""
    hangup_on_reject: bool = False

    @classmethod
    def read(cls, variables: Mapping[str, str], timeout: int) -> Self:
        """The options among the variables."""
        get = variables.get
        wanted = integer(get("originate_timeout", "0"))
        timeout = wanted if wanted > 0 else timeout
        progress = integer(get("progress_timeout", "0"))
        found = cls(timeout, progress if progress > 0 else timeout)
        early = get("ignore_early_media", "")
        found.ignore_early = true(early) or early in ("consume", "ring_ready")
        found.early_ok = not found.ignore_early and not true(get("bridge_early_media"))
        found.ignore_ring = true(get("ignore_ring_ready"))
        found.return_ring = true(get("return_ring_ready"))
        found.continue_on_timeout = true(get("originate_continue_on_timeout"))
        found.confirm_key = get("group_confirm_key", "")
        confirm_timeout = get("group_confirm_timeout", "")
        if is_number(confirm_timeout):
            found.confirm_timeout = integer(confirm_timeout)
            found.cancel_timeout = not found.confirm_timeout
        else:
            found.cancel_timeout = true(get("group_confirm_cancel_timeout"))
        found.hangup_on_reject = true(get("hangup_on_single_reject"))
        found.fail_on_reject = get("fail_on_single_reject", "")
        return found
