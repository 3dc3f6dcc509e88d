"""DF17xx: rooms for several callers."""

from dialform.schema.rule import Rule


class SamePins(Rule):
    """The PIN of a conference is its moderator's PIN too, so that everybody would be a moderator.

    Wrong: `pin: {secret: acme-conf}, moderator_pin: {secret: acme-conf}`.
    Right: `pin: {secret: acme-conf}, moderator_pin: {secret: acme-conf-moderator}`.
    """

    code = "DF1701"
    message = "conference {number} has one PIN for everybody and for its moderator"
    hint = "choose another PIN for the moderator"


class NobodyModerates(Rule):
    """A conference waits for its moderator, and nobody can be one: it has no `moderator_pin`.

    Wrong: `"900": {name: All hands, wait_for_moderator: true}`.
    Right: `"900": {name: All hands, wait_for_moderator: true, moderator_pin: {secret: acme-conf}}`.
    """

    code = "DF1702"
    message = "conference {number} waits for a moderator that it cannot have"
    hint = "add a moderator_pin, or leave wait_for_moderator out"
