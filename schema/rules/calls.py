"""DF18xx: call tests."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class ExpectsNothing(Rule):
    """A call test expects nothing, so it can never fail.

    Wrong: `{from: "1001", to: "1002", expect: {}}`.
    Right: `{from: "1001", to: "1002", expect: {rings: ["1002"]}}`. That no phone rings at all is
    `rings: []`.
    """

    code = "DF1801"
    message = "the test expects nothing: it could never fail"
    hint = 'say what must come of the call, as in {{rings: ["1001"]}} or {{voicemail: "1999"}}'


class NoMoment(Rule):
    """The moment of a call test is a day and a time of day, read in the tenant's time zone unless an
    offset stands behind it. A day alone would not say whether the office is open.

    Wrong: `at: 2026-12-24`, `at: Christmas`, `at: "2026-12-24 25:00"`.
    Right: `at: 2026-12-24T10:00`, `at: "2026-12-24 10:00:30"`, `at: 2026-12-24T10:00+01:00`.
    """

    code = "DF1802"
    message = "{what}"
    hint = "a day and a time of day, as in 2026-12-24T10:00"


class NamesNothing(Rule):
    """A call test names an object that the tenant does not have: it could never hold, or never fail.

    Wrong: `expect: {voicemail: "1998"}` without a mailbox 1998; `given: {gateway_down: mycarier}`.
    Right: the number or the name of something that is there.
    """

    code = "DF1803"
    message = "there is no {kind} '{name}'"
    hint = "{near}"


class WhoseTest(Rule):
    """Nobody can tell which tenant a test of `calls.d/` belongs to: it names none, and what it dials is no
    tenant's number.

    Wrong: `{from: "1001", to: "1002", expect: {rings: ["1002"]}}`; many tenants have a 1001.
    Right: `{tenant: acme, from: "1001", to: "1002", expect: {rings: ["1002"]}}`. A test of a call from
    outside needs no `tenant:`; the number that it dials says whose it is.
    """

    code = "DF1804"
    message = "it is not known whose test this is: {what}"
    hint = "add tenant: and the tenant's slug"


class TestContradicts(Rule):
    """What a call test says is given and what it expects exclude one another, so it can never hold.

    Wrong: `given: {busy: "1001"}, expect: {answered_by: "1001"}`.
    Right: one of the two. Who is expected to answer need not be given as answering.
    """

    code = "DF1805"
    severity = Severity.WARNING
    message = "{what}"
    hint = "take one of the two away"
