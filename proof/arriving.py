"""Where a call from outside ends that comes in now, in a few words: what the doctor tells of a number."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.markup import MarkupError
from dialform.simulator.run import simulate
from dialform.simulator.scene import Dial, Scene

CALLER = "+19175550100"
"""Somebody outside: a number that is nobody's (NANP, 555-01XX)."""
_TOLD = ("rings", "visit", "refused", "hangup")
_MOST = 5


def arriving(conf: Path, now: Callable[[], float]) -> Callable[[str], str]:
    """What sends a simulated call to a number, through the files of a switch's configuration folder.

    `now` gives seconds since the epoch.
    """

    def trace(number: str) -> str:
        try:
            configuration = Configuration.load(conf)
        except MarkupError as error:
            return f"the compiled files cannot be read ({error})"
        at = datetime.fromtimestamp(now(), UTC)
        journey = simulate(configuration, Scene(at=at), Dial(CALLER, number))
        told = [step.text for step in journey.steps if step.kind in _TOLD]
        return "; ".join(list(dict.fromkeys(told))[:_MOST]) or "nothing happens"

    return trace
