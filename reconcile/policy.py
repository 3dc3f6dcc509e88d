"""Why the agent holds, in one table: the reason, the sentence, the way out, how loud it is."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from dialform.values import dataclass, field


class Ending(Enum):
    """How a single pass ends; the command line turns it into an exit code."""

    GOOD = "good"
    FAILED = "failed"
    INVALID = "invalid"
    SAFETY = "safety"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to hold. `sentence` and `way_out` are filled from what is known of the case.

    `alarm` says whether somebody has to look: the rest is how things are meant to be. `ready` says
    whether the switch nevertheless runs what it should, as far as is known.
    """

    sentence: str
    way_out: str
    alarm: bool = True
    ready: bool = True
    ending: Ending = Ending.FAILED


REASONS: dict[str, Reason] = {
    "Suspended": Reason(
        "It is suspended{by}: {why}.", "`dialform resume` goes on.",
        alarm=False, ending=Ending.GOOD,
    ),
    "ReportOnly": Reason(
        "It runs with --report-only: {what} would be applied.", "Run it without --report-only.",
        alarm=False, ending=Ending.GOOD,
    ),
    "OutsideWindow": Reason(
        "The change drops calls{what}, and {window}.",
        "It is applied by itself in the window; `dialform apply --allow-disruption` does it now.",
        alarm=False, ending=Ending.GOOD,
    ),
    "WaitingForWave": Reason(
        "Hosts of earlier waves are not proven with this commit yet: {hosts}.",
        "It goes on by itself once they are; look at those with `dialform status` there.",
        alarm=False, ending=Ending.GOOD,
    ),
    "NoStatusStore": Reason(
        "The site has waves, and nothing says how the hosts of earlier waves are.",
        "Give every agent of the site the same --status-store.",
    ),
    "SafetyLimit": Reason(
        "{why}", "Look at `dialform plan`; if it is meant, `dialform apply --force {deletes}`.",
        ending=Ending.SAFETY,
    ),
    "InvalidSite": Reason(
        "The site has {errors} at this commit; first: {first}.", "Mend it {where}.",
        ending=Ending.INVALID,
    ),
    "NotCompiled": Reason(
        "Compiling did not come to an end: {why}", "It is tried again by itself; the log says more.",
    ),
    "Placeholders": Reason(
        "There is no master secret, so passwords would be placeholders: {why}.",
        "Name the folder of secrets with --secrets DIR; it holds a file named master.",
        ending=Ending.INVALID,
    ),
    "NoHost": Reason(
        "The site has no host '{host}'{known}.", "Name one with --host, or add it to platform.yaml.",
        ending=Ending.INVALID,
    ),
    "RewrittenHistory": Reason(
        "The branch no longer contains {applied}, which was applied last: its history was rewritten.",
        "Put the commits back, or look at what changed and take the new line with "
        "`dialform resume --accept-rewrite {commit}`.",
        ending=Ending.INVALID,
    ),
    "Unsigned": Reason(
        "{commits} without a good signature of a trusted signer; first: {first}.",
        "Have it signed by somebody of trusted_signers, in new commits.",
        ending=Ending.INVALID,
    ),
    "RefusedSource": Reason(
        "The repository cannot be used: {why}.",
        "docs/site-repository.md and docs/signing.md say more.",
        ending=Ending.INVALID,
    ),
    "Quarantined": Reason(
        "Commit {commit} is held back: {why}.",
        "A newer commit ends this by itself; `dialform resume --retry` tries the same one again.",
    ),
    "SourceUnreachable": Reason(
        "The site's repository cannot be reached: {why}. What was applied last goes on.",
        "It is tried again by itself; look at the network, the URL and the credentials.",
    ),
    "SwitchUnreachable": Reason(
        "The switch does not answer: {why}.",
        "It is tried again by itself; start the switch with: {boot}",
        ready=False,
    ),
    "WrongFolder": Reason(
        "The switch runs with {folder}, not with {wanted}: nothing is applied to it.",
        "Start it with: {boot}",
        ready=False,
    ),
    "Damaged": Reason(
        "Files of what runs were changed by hand, and cannot be put back: {why}.",
        "`dialform drift` names them; a new commit or `dialform rollback` puts them back.",
    ),
    "NotWritable": Reason(
        "The state folder cannot be written: {why}.",
        "Make room or mend its rights; it is tried again by itself.",
        ready=False,
    ),
    "RolledBack": Reason(
        "Commit {commit} did not prove itself and was rolled back: {why}.",
        "Mend it in a new commit; `dialform resume --retry` tries the same one again.",
    ),
    "RollbackFailed": Reason(
        "Commit {commit} failed ({first}), and so did the way back: {why}.",
        "Somebody has to look at the switch NOW: it may not run what it should. It is tried again "
        "by itself.",
        ready=False,
    ),
    "ApplyFailed": Reason(
        "It could not be applied, and there is nothing to go back to: {why}.",
        "Look at the switch's own log, then mend it in a new commit; it is tried again by itself.",
        ready=False,
    ),
}  # fmt: skip
"""All reasons. A new one is an entry here, and its line in docs/agent.md; a test asks for both."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One time that the agent holds: a reason with what is known of the case.

    `until` is when it ends by itself (seconds since the epoch), where that is known.
    """

    reason: str
    known: Mapping[str, Any] = field(default_factory=dict)
    until: float | None = None

    @property
    def row(self) -> Reason:
        """What the table says."""
        return REASONS[self.reason]

    @property
    def message(self) -> str:
        """The sentence, with what is known."""
        return _ended(self.row.sentence.format_map(_Known(self.known)))

    @property
    def way_out(self) -> str:
        """What to do about it."""
        return self.row.way_out.format_map(_Known(self.known))


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _ended(text: str) -> str:
    """One full stop at the end, whatever was put in before it."""
    return text.rstrip(". ") + "."


def hold(reason: str, until: float | None = None, **known: Any) -> Hold:
    """A hold of a reason that is in the table."""
    assert reason in REASONS, reason
    return Hold(reason, known, until)


class Held(Exception):  # noqa: N818 - it says what happened
    """A pass goes no further, and why."""

    def __init__(self, found: Hold) -> None:
        super().__init__(found.message)
        self.hold = found
