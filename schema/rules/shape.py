"""DF03xx: the shape of what is written: keys, kinds of values, formats."""

from dialform.schema.rule import Rule


class UnknownKey(Rule):
    """The key is not one of the format's. Nothing is ever ignored silently.

    Wrong: `ring_groups: {"600": {membres: ["1001"]}`.
    Right: `ring_groups: {"600": {members: ["1001"]}`.
    """

    code = "DF0301"
    message = "unknown key '{key}'"
    hint = "known here: {known}"


class MissingKey(Rule):
    """A key that the object needs is not there.

    Wrong: `"1001": {voicemail: true}`.
    Right: `"1001": {name: Alice Doe, voicemail: true}`.
    """

    code = "DF0302"
    message = "key '{key}' is missing"
    hint = "add '{key}:' here"


class WrongKind(Rule):
    """The value is of another kind than the key takes: a list for a map, a word for a number.

    Only `true`, `false`, `null` and whole numbers without a leading zero are typed; everything else is
    text, so `yes` is the text "yes", not true.

    Wrong: `ring_timeout: "25"`, `members: "1001"`.
    Right: `ring_timeout: 25`, `members: ["1001"]`.
    """

    code = "DF0303"
    message = "{what}"
    hint = ""


class BadValue(Rule):
    """The value is of the right kind, but not one that the key takes.

    Wrong: `toll: everywhere`, `port: 70000`, `email: cleo at acme`.
    Right: `toll: international`, `port: 5061`, `email: cleo@acme.example`.
    """

    code = "DF0304"
    message = "{what}"
    hint = ""


class BadKey(Rule):
    """An object's key is its natural name (a number, a slug, a MAC address) and has its format.

    Wrong: `extensions: {alice: ...}`, `devices: {"desk 5": ...}`.
    Right: `extensions: {"1001": ...}`, `devices: {"80:5e:c0:a0:00:04": ...}`.
    """

    code = "DF0305"
    message = "{what}"
    hint = ""


class BadDestination(Rule):
    """A destination is a map with one key that says where the call goes.

    Wrong: `no_answer: "1999"`, `no_answer: {voicemail: "1999", extension: "1001"}`.
    Right: `no_answer: {voicemail: "1999"}`.
    """

    code = "DF0306"
    message = "{what}"
    hint = (
        "one of extension, ring_group, ivr, voicemail, queue, conference, fax, external, schedule, "
        'play, hangup, as in {{voicemail: "1999"}}'
    )


class BadTime(Rule):
    """A schedule's line cannot be read. Open hours are `Mon-Fri 09:00-17:00`; closed days are dates
    (`2026-12-25`) or days of every year (`12-31`).

    Wrong: `open: [9 to 5]`, `closed: [Christmas]`.
    Right: `open: ["Mon-Fri 09:00-17:00"]`, `closed: ["12-25"]`. Hours that end before they begin end on the
    next day.
    """

    code = "DF0307"
    message = "{what}"
    hint = 'open: ["Mon-Fri 09:00-17:00"]; closed: [2026-12-25, "12-31"]'
