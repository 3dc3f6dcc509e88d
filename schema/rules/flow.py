"""DF12xx: where calls go inside a tenant."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class UnknownDestination(Rule):
    """A destination names an object that the tenant does not have.

    Wrong: `no_answer: {voicemail: "1999"}` without a mailbox 1999.
    """

    code = "DF1201"
    message = "there is no {kind} '{name}'"
    hint = "{near}"


class Loop(Rule):
    """Calls would go round in a circle without a caller pressing a key: a ring group whose no_answer is
    itself, two extensions that forward to one another.
    """

    code = "DF1202"
    message = "calls go round in a circle: {circle}"
    hint = "let one of them end at a mailbox, a person or hangup"


class EndsNowhere(Rule):
    """A flow ends without an answer: a ring group without `no_answer`, a menu without `no_input`, a menu
    that offers nothing, a queue with `max_wait` and without `timeout`. The caller is hung up on.

    Say where it ends: `no_answer: {voicemail: "1999"}`; `{hangup: true}` if hanging up is meant.
    """

    code = "DF1203"
    severity = Severity.WARNING
    message = "{what}"
    hint = "{way}"


class Unreachable(Rule):
    """Nothing reaches the object, and nobody can dial it."""

    code = "DF1204"
    severity = Severity.WARNING
    message = "nothing uses {object}"
    hint = "use it, or remove it"


class OptionIsNumber(Rule):
    """With `direct_dial`, a key of the menu is the same as a number that callers may dial: the number can
    never be reached. A key that only begins a number is fine; the switch waits for the next digit.
    """

    code = "DF1205"
    message = "option '{digits}' is also the number of {object}, which callers could not reach"
    hint = "choose another key, or set direct_dial: false"


class UnknownMember(Rule):
    """A ring group's member is no extension of the tenant."""

    code = "DF1206"
    message = "member '{number}' is {what}"
    hint = "{way}"


class MemberTwice(Rule):
    """A member stands twice in one group; its phone would ring twice."""

    code = "DF1207"
    severity = Severity.WARNING
    message = "member '{number}' stands twice"
    hint = "remove one"


class UnknownSchedule(Rule):
    """A destination names a schedule that the tenant does not have."""

    code = "DF1208"
    message = "there is no schedule '{name}'"
    hint = "{near}"


class DidWithoutRoute(Rule):
    """A number (DID) of the tenant has no inbound route: calls to it are refused."""

    code = "DF1209"
    severity = Severity.WARNING
    message = "number {did} has no inbound route; calls to it are refused"
    hint = "add it under inbound_routes:"


class RouteWithoutDid(Rule):
    """An inbound route is for a number that the tenant does not own."""

    code = "DF1210"
    message = "number {did} is not one of the tenant's numbers"
    hint = "{near}"


class NoRouteOut(Rule):
    """An outside destination can never be reached: no outbound route takes the number, or it costs more
    than the toll class that forwards have.
    """

    code = "DF1211"
    message = "{what}"
    hint = "{way}"


class UnknownReference(Rule):
    """An object names another one that does not exist: a profile, music, a line's extension."""

    code = "DF1212"
    message = "there is no {kind} '{name}'"
    hint = "{near}"


class UncertainMember(Rule):
    """A delay is as long as the group rings, so the member never rings."""

    code = "DF1213"
    severity = Severity.WARNING
    message = "member '{number}' never rings: its delay of {delay} s is not shorter than the group's {timeout} s"  # noqa: E501
    hint = "lower the delay, or raise the timeout"


class RepeatedHours(Rule):
    """Two lines of a schedule say the same, or contradict: hours that overlap, or a day closed twice.
    Whoever changes one of them later will wonder why nothing changes.

    Wrong: `open: ["Mon-Fri 09:00-17:00", "Wed 09:00-13:00"]`; Wednesday afternoon stays open.
    Right: `open: ["Mon-Tue 09:00-17:00", "Wed 09:00-13:00", "Thu-Fri 09:00-17:00"]`.
    """

    code = "DF1215"
    severity = Severity.WARNING
    message = "{what} by entry {first} already"
    hint = "keep one of the two, or divide the days"


class NeverOpen(Rule):
    """A schedule without open hours is always closed."""

    code = "DF1214"
    severity = Severity.WARNING
    message = "schedule '{name}' is never open"
    hint = 'add open: ["Mon-Fri 09:00-17:00"]'
