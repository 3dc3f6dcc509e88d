"""DF00xx: about findings themselves, and what is not built yet."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class UnusedIgnore(Rule):
    """An ignore comment silences nothing: the finding is gone, or the code is another.

    Remove it. A stale ignore would hide the next mistake on that line.
    """

    code = "DF0001"
    severity = Severity.WARNING
    message = "this ignore silences nothing: no finding {codes} stands on this line"
    hint = "remove the comment"


class IgnoreWithoutReason(Rule):
    """An ignore comment names no reason.

    Wrong: `# dialform: ignore[DF1204]`.
    Right: `# dialform: ignore[DF1204] the night desk is reached by transfer only`.
    """

    code = "DF0002"
    severity = Severity.WARNING
    message = "an ignore needs a reason behind it"
    hint = "write why after the bracket: # dialform: ignore[{codes}] because ..."


class NotBuiltYet(Rule):
    """The object is well written, but this release of Dialform does not make anything of it yet.

    It is accepted, so that a site can be complete today; nothing about it reaches the switch.
    """

    code = "DF0003"
    severity = Severity.INFO
    message = "{what} is accepted but has no effect in this release"
    hint = ""


class BadIgnore(Rule):
    """An ignore comment cannot be read, or names an error. It is `# dialform: ignore[DF1204] reason`;
    several codes are divided by commas. Only warnings and infos can be ignored: an error means that the
    site cannot be compiled as it stands, or that somebody takes what is not theirs.
    """

    code = "DF0004"
    severity = Severity.WARNING
    message = "{reason}"
    hint = "write # dialform: ignore[DF1204] reason"
