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
    """A key that the object needs is not there."""

    code = "DF0302"
    message = "key '{key}' is missing"
    hint = "add '{key}:' here"


class WrongKind(Rule):
    """The value is of another kind than the key takes: a list for a map, a word for a number.

    Only `true`, `false`, `null` and whole numbers without a leading zero are typed; everything else is
    text, so `yes` is the text "yes", not true.
    """

    code = "DF0303"
    message = "{what}"
    hint = ""


class BadValue(Rule):
    """The value is of the right kind, but not one that the key takes."""

    code = "DF0304"
    message = "{what}"
    hint = ""


class BadKey(Rule):
    """An object's key is its natural name (a number, a slug, a MAC address) and has its format."""

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
    """

    code = "DF0307"
    message = "{what}"
    hint = 'open: ["Mon-Fri 09:00-17:00"]; closed: [2026-12-25, "12-31"]'
