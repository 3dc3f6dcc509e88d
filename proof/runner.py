"""Running call tests: each case to a result, one after the other, over one loaded configuration."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from dialform.proof.call import Call
from dialform.proof.collect import Case
from dialform.proof.moment import at
from dialform.proof.paint import Style, paint, plain
from dialform.proof.run import Caller, Made, NoHostError
from dialform.proof.story import tell
from dialform.proof.verdict import Unmet, judge
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test. `problem` says why no call could be made, `seconds` how long it took here."""

    case: Case
    unmet: Sequence[Unmet] = ()
    made: Made | None = None
    problem: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether all expectations held."""
        return not self.unmet and not self.problem

    @property
    def reasons(self) -> list[str]:
        """Why it failed, a sentence each."""
        return [self.problem] if self.problem else [str(one) for one in self.unmet]


def run(cases: Iterable[Case], caller: Caller, now: datetime) -> Iterator[Result]:
    """The results of the cases in their order. `now` is when a call without `at` is made."""
    for case in cases:
        yield run_one(case, caller, now)


def run_one(case: Case, caller: Caller, now: datetime) -> Result:
    """Make one test's call and judge it."""
    started = time.perf_counter()
    try:
        made = caller.make(call_of(case, caller, now))
    except NoHostError as error:
        return Result(case, problem=str(error))
    unmet = judge(case.test.expect, made.reached, caller.numbers(case.tenant).e164)
    return Result(case, unmet, made, seconds=time.perf_counter() - started)


def call_of(case: Case, caller: Caller, now: datetime) -> Call:
    """The call that a test makes. Raises NoHostError."""
    test = case.test
    when = at(test.at, caller.ground(case.tenant).timezone, now)
    return Call(
        case.tenant, test.caller, test.to, when, test.press or "", test.given,
        test.expect.answered_by or "",
    )  # fmt: skip


def trace_of(result: Result, caller: Caller, style: Style = plain, *, verbose: bool = False) -> str:
    """The trace of a test's call; empty where none could be made."""
    if result.made is None:
        return ""
    return paint(tell(result.made, caller.sources), verbose=verbose, style=style)
