"""Calls through what runs, simulated: where would this one go? Of one tenant, and without another's names."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialform.console.errors import Away, Refused
from dialform.console.ground import Ground
from dialform.proof import moment
from dialform.proof.call import ANONYMOUS, Call, is_internal
from dialform.proof.compiled import Compiled, restricted
from dialform.proof.ground import owner_of
from dialform.proof.run import Caller, NoHostError
from dialform.proof.sources import Sources
from dialform.proof.story import Story, tell
from dialform.schema.calltest import Given
from dialform.schema.shape import shape_check
from dialform.simulator.reading.markup import MarkupError
from dialform.values import dataclass, field

_LONGEST = 40
_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class Question:
    """A call that somebody asks about. `given` is as in a call test: busy, no_answer, …"""

    caller: str
    to: str
    at: str = ""
    press: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


class Traces:
    """Simulated calls of one generation, one after the other: a configuration is read once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._lock = threading.Lock()
        self._current: Path | None = None
        self._callers: dict[str, Caller] = {}

    def story(self, slug: str, question: Question) -> Story:
        """What becomes of a call of a tenant. Blocks. Raises Refused where it cannot be made, Away."""
        with self._lock:
            caller = self._caller(slug)
            try:
                ground = caller.ground(slug)
                _own(ground.extensions, ground.conf, slug, question)
                now = datetime.fromtimestamp(self._ground.clocks.wall(), UTC)
                at = moment.at(question.at or None, ground.timezone, now)
                call = Call(
                    slug, question.caller, question.to, at, question.press, given_of(question)
                )
                return tell(caller.make(call), caller.sources)
            except moment.MomentError as error:
                raise Refused(f"When: {error}") from None
            except NoHostError:
                raise Refused(
                    "This tenant does not live on this host: ask the portal of its own."
                ) from None
            except MarkupError:
                raise Away(
                    "The compiled files cannot be read. The operators can look why."
                ) from None

    def _caller(self, slug: str) -> Caller:
        folder = self._ground.folders().current.resolve()
        if folder != self._current:
            self._current = folder
            self._callers.clear()
        if slug not in self._callers:
            # Only this tenant's files: no name of another one can come into a story.
            tree = restricted(self._ground.released().tree, [slug])
            compiled = Compiled(folder.parent)
            self._callers[slug] = Caller(Sources(tree), compiled, folder.name)
        return self._callers[slug]


def traces_of(ground: Ground) -> Traces:
    """The one that all requests share."""
    found: Traces = ground.parts.setdefault("traces", Traces(ground))
    return found


def given_of(question: Question) -> Given | None:
    """What holds while it is made. Raises Refused."""
    if not question.given:
        return None
    given, misfits = shape_check(Given, "given", dict(question.given))
    if given is None:
        flaw = next(one.flaw for one in misfits if one.flaw is not None)
        raise Refused(f"{flaw.rule.message.format_map(flaw.values)}.")
    return given


def _own(extensions: frozenset[str], conf: Path, slug: str, question: Question) -> None:
    """A tenant's call comes from its phones, or to its numbers."""
    for what, number in (("Who calls", question.caller), ("What is dialled", question.to)):
        plain = number.lstrip("+")
        fine = number == ANONYMOUS or (plain and set(plain) <= _KEYS and len(number) <= _LONGEST)
        if not fine or (number == ANONYMOUS and number == question.to):
            raise Refused(f"{what}: “{number[:_LONGEST]}” cannot be dialled. Write digits, or +1….")
    if is_internal(question.caller):
        if question.caller not in extensions:
            raise Refused(f"There is no extension {question.caller} here.")
    elif owner_of(conf, question.to) != slug:
        # The same words whether it is nobody's or another tenant's.
        raise Refused(
            f"A call from outside dials one of your own numbers, and {question.to} is none of them."
        )
