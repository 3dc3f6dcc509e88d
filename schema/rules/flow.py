"""DF12xx: where calls go inside a tenant."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class UnknownDestination(Rule):
    """A destination names an object that the tenant does not have.

    Wrong: `no_answer: {voicemail: "1999"}` without a mailbox 1999.

    Right: add the object, or name one that is there. Mind the kind: a ring group is no extension.
    """

    code = "DF1201"
    message = "there is no {kind} '{name}'"
    hint = "{near}"


class Loop(Rule):
    """Calls would go round in a circle without a caller pressing a key: a ring group whose no_answer is
    itself, two extensions that forward to one another.

    Wrong: `"600": {no_answer: {ring_group: "600"}}`.
    Right: let one of them end at a mailbox, a person or `{hangup: true}`. A menu's options and `invalid`
    wait for a key, so they make no circle; its `no_input` does.
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
    """Nothing reaches the object, and nobody can dial it.

    Wrong: a schedule that no destination names; in a tenant without extensions, a mailbox that no number
    leads to.
    Right: use it, or remove it. If it is meant for later, say so:
    `# dialform: ignore[DF1204] for the new shop`.
    """

    code = "DF1204"
    severity = Severity.WARNING
    message = "nothing uses {object}"
    hint = "use it, or remove it"


class OptionIsNumber(Rule):
    """With `direct_dial`, a key of the menu is the same as a number that callers may dial: the number can
    never be reached. A key that only begins a number is fine; the switch waits for the next digit.

    Wrong: `direct_dial: true` and option `"1001"` while there is an extension 1001.
    Right: another key; or `direct_dial: false`.
    """

    code = "DF1205"
    message = "option '{digits}' is also the number of {object}, which callers could not reach"
    hint = "choose another key, or set direct_dial: false"


class UnknownMember(Rule):
    """A member of a ring group or a paging group is no extension of the tenant.

    Wrong: a ring group, a mailbox or the group itself among its `members:`; a fax machine that is paged.
    Right: extensions; in a ring group outside numbers in E.164 too.
    """

    code = "DF1206"
    message = "member '{number}' is {what}"
    hint = "{way}"


class MemberTwice(Rule):
    """A member stands twice in one group, be it of ringing or of paging; its phone would ring twice.

    Wrong: `members: ["1001", "1002", "1001"]`.
    Right: `members: ["1001", "1002"]`.
    """

    code = "DF1207"
    severity = Severity.WARNING
    message = "member '{number}' stands twice"
    hint = "remove one"


class UnknownSchedule(Rule):
    """A destination names a schedule that the tenant does not have.

    Wrong: `{schedule: offfice, open: ..., closed: ...}`.
    Right: `{schedule: office, open: ..., closed: ...}`, with office under `schedules:`.
    """

    code = "DF1208"
    message = "there is no schedule '{name}'"
    hint = "{near}"


class DidWithoutRoute(Rule):
    """A number (DID) of the tenant has no inbound route: calls to it are refused.

    Right: `inbound_routes: {"+12125550199": {extension: "1001"}}`.
    """

    code = "DF1209"
    severity = Severity.WARNING
    message = "number {did} has no inbound route; calls to it are refused"
    hint = "add it under inbound_routes:"


class RouteWithoutDid(Rule):
    """An inbound route is for a number that the tenant does not own.

    Right: add the number under `numbers:` (an admin's matter), or correct it.
    """

    code = "DF1210"
    message = "number {did} is not one of the tenant's numbers"
    hint = "{near}"


class NoRouteOut(Rule):
    """An outside destination can never be reached: no outbound route takes the number, or it costs more
    than the toll class that forwards have.

    Wrong: `no_answer: {external: "+494066969100"}` while forwards may cost `national` at most.
    Right: `toll: international` at the extension; for groups and menus `defaults.toll` of the platform.
    """

    code = "DF1211"
    message = "{what}"
    hint = "{way}"


class UnknownReference(Rule):
    """An object names another one that does not exist: a profile, music, a line's extension.

    Correct the name, or add what it names.
    """

    code = "DF1212"
    message = "there is no {kind} '{name}'"
    hint = "{near}"


class UncertainMember(Rule):
    """A delay is as long as the group rings, so the member never rings.

    Wrong: `timeout: 20, members: ["1001", {number: "1002", delay: 20}]`.
    Right: a shorter delay, or a longer timeout.
    """

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
    """A schedule without open hours is always closed.

    Wrong: `office: {closed: ["12-25"]}`.
    Right: `office: {open: ["Mon-Fri 09:00-17:00"], closed: ["12-25"]}`.
    """

    code = "DF1214"
    severity = Severity.WARNING
    message = "schedule '{name}' is never open"
    hint = 'add open: ["Mon-Fri 09:00-17:00"]'


class FollowsInVain(Rule):
    """A follow-me says something that has no effect: it rings the extension itself again, a number
    twice, or names other reasons beside `always`.

    Wrong: `"1002": {when: [no_answer], destinations: ["1002"]}`, `when: [always, busy]`.
    Right: `"1002": {when: [no_answer, busy], destinations: ["1003", "+12125550177"]}`. With `always` the
    extension's own phones ring only where it is named among the destinations.
    """

    code = "DF1216"
    severity = Severity.WARNING
    message = "{what}"
    hint = "{way}"


class NothingRecorded(Rule):
    """The tenant says what holds for recordings, and nothing is recorded: neither an extension nor a
    conference has `record`.

    Wrong: `recording: {keep_days: 30}` alone.
    Right: with it, `"1001": {name: Alice, record: all}`, or a list of inbound, outbound and internal.
    """

    code = "DF1217"
    severity = Severity.WARNING
    message = "no extension and no conference has `record`: nothing is recorded"
    hint = "give extensions record: all, or remove this"


class ParkKeyWithoutSlot(Rule):
    """A key of type `park` names neither a parking slot of the tenant nor the lot: pressing it parks
    nothing, and its lamp never lights.

    Wrong: `keys: [{type: park, value: "5950"}]` with `parking: {lot: "5900", slots: 5901-5910}`.
    Right: `keys: [{type: park, value: "5901"}]`.
    """

    code = "DF1218"
    message = "key of type park: '{value}' is no parking slot"
    hint = "the slots are those of parking:"


class PickupAlone(Rule):
    """An extension is alone in a pick-up group: there is nobody whose call it could take.

    Wrong: `pickup_group: sales` at one extension and `pickup_group: salse` at the other.
    Right: the same name at both; a name costs nothing else.
    """

    code = "DF1225"
    severity = Severity.WARNING
    message = "nobody else is in the pick-up group '{group}'"
    hint = "{near}"


class PickupWithoutCode(Rule):
    """Pick-up groups are written, and the feature code that takes a call is switched off.

    Right: `feature_codes: {pickup: "*8"}`, of the tenant or the platform; or no pick-up groups.
    """

    code = "DF1226"
    severity = Severity.WARNING
    message = (
        "nobody can take a call of the pick-up group '{group}': the feature code is switched off"
    )
    hint = 'feature_codes: {{pickup: "*8"}}'
