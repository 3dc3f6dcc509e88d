"""DF13xx: numbers, inside and outside."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class NumberTwice(Rule):
    """A number is used twice among all that can be dialled inside a tenant: extensions, ring groups,
    menus, queues, conferences, mailboxes, paging, parking, feature codes.

    A `voicemails` entry with an extension's number is that extension's mailbox, and no clash.

    Wrong: `ring_groups: {"1001": ...}` beside `extensions: {"1001": ...}`.
    Right: a number each.
    """

    code = "DF1301"
    message = "{number} is {object} and also {other}"
    hint = "give one of them another number"


class HidesExtension(Rule):
    """A feature code is the same as a number of the tenant, which nobody could dial then.

    Wrong: `feature_codes: {voicemail: "1001"}` with an extension 1001.
    Right: `feature_codes: {voicemail: "*98"}`; `null` turns a code off.
    """

    code = "DF1302"
    message = "feature code {code} ({name}) hides {object}"
    hint = "map the code to another number under feature_codes:, or renumber"


class EmergencyHidden(Rule):
    """An internal number is the same as an emergency number; the emergency number always wins.

    Wrong: a ring group `"911"`.
    Right: another number. No rule of a tenant may stand between a person and help.
    """

    code = "DF1303"
    message = "{object} has the emergency number {number}"
    hint = "give it another number"


class ForeignCallerId(Rule):
    """A caller ID is not one of the tenant's numbers. Showing a number that is not yours is spoofing.

    Right: a number from the tenant's `numbers:`.

    Wrong: `caller_id: "+12125550100"` of somebody else.
    """

    code = "DF1304"
    message = "caller ID {number} is not one of the tenant's numbers"
    hint = "{near}"


class ImpossibleNumber(Rule):
    """The number cannot be a number of its country.

    Wrong: `"+1212555"`, `"+4912"`.
    Right: `"+12125550199"`. Numbers without `+` are read as in the tenant's `country:`.
    """

    code = "DF1305"
    message = "{number} cannot be a phone number: {reason}"
    hint = "write it in E.164, as in +12125550199"


class UnassignedNumber(Rule):
    """The number has the right length, but its range is not in use in its country.

    Look for a typing mistake. New ranges come into use now and then; then say so:
    `# dialform: ignore[DF1306] range of 2027`.
    """

    code = "DF1306"
    severity = Severity.WARNING
    message = "{number} is possible, but no number range of its country in use"
    hint = "check it for a typing mistake"


class NotE164(Rule):
    """A number that the site owns or shows must be written in E.164, with `+` and country code.

    Wrong: `"212 555 0199"`.
    Right: `"+12125550199"`.
    """

    code = "DF1307"
    severity = Severity.WARNING
    message = "{number} is not written in E.164; it is read as {e164}"
    hint = "write {e164}"


class PrefixHidesNumber(Rule):
    """A number is the beginning of another one, so that a phone or menu has to wait for the next digit
    before it knows which is meant. It works; it is slow.

    Wrong: a ring group "60" beside the group "600".
    Right: numbers of one length.
    """

    code = "DF1308"
    severity = Severity.INFO
    message = "{number} begins {other}; who dials it waits for more digits"
    hint = "use numbers of one length"


class TwoMailboxes(Rule):
    """The mailbox of an extension is written twice: under the extension and under voicemails.

    Wrong: `"1001": {name: Alice, voicemail: true}` and `voicemails: {"1001": ...}`.
    Right: one of the two; the entry under `voicemails` is the mailbox of extension 1001 too.
    """

    code = "DF1309"
    message = "extension {number} has `voicemail:` of its own and an entry under voicemails too"
    hint = "keep one of the two"


class CodeHidesCode(Rule):
    """A feature code that takes a number behind it begins another feature code, which is read as such a
    number.

    Wrong: `feature_codes: {forward_on: "*7", directory: "*711"}`; *711 forwards to 11.
    Right: codes of which none begins another.
    """

    code = "DF1310"
    message = (
        "{code} ({name}) takes a number behind it and hides {other}, the feature code {hidden}"
    )
    hint = "map one of them to another code"


class KeysOfDigits(Rule):
    """A code for use during a call has only digits, so that whoever presses them in somebody's menu
    hands the call over instead.

    Wrong: `feature_codes: {blind_transfer: "2"}`.
    Right: `feature_codes: {blind_transfer: "*2"}`.
    """

    code = "DF1311"
    severity = Severity.WARNING
    message = (
        "{name} is {code}: pressed in a menu of the other side, these digits never arrive there"
    )
    hint = "begin it with * or #"


class BlockedAlready(Rule):
    """An entry of a block list or of `do_not_call` adds nothing: it stands there twice, or a shorter
    prefix covers it.

    Wrong: `inbound: ["+1900*", "+19005550100"]`.
    Right: `inbound: ["+1900*"]`.
    """

    code = "DF1312"
    severity = Severity.WARNING
    message = "{entry} is covered by {other} already"
    hint = "remove one of the two"


class BlocksItself(Rule):
    """An entry covers numbers of the tenant itself: colleagues who call or forward from there are turned
    away, or nobody may dial the office.

    Wrong: `inbound: ["+1212*"]` of a tenant with the number +12125550199.
    Right: longer prefixes. If it is meant, say so: `# dialform: ignore[DF1313] nobody calls from there`.
    """

    code = "DF1313"
    severity = Severity.WARNING
    message = "{entry} covers the tenant's own number {number}"
    hint = "write a longer prefix, or single numbers"


class EmergencyNotBarred(Rule):
    """`do_not_call` names an emergency number. Nothing stops a call for help: the entry does nothing.

    Wrong: `do_not_call: ["911"]`.
    Right: remove it.
    """

    code = "DF1314"
    severity = Severity.WARNING
    message = "{number} is an emergency number, which anybody may always dial"
    hint = "remove it"


class HidesShortNumber(Rule):
    """An internal number is the same as a short number of the tenant's country that a route takes. The
    internal one wins, so nobody of this tenant reaches the service.

    Wrong: extension "3103" in France while a route takes `exact: ["3103"]`.
    Right: another number for the extension.
    """

    code = "DF1315"
    severity = Severity.WARNING
    message = "{object} hides the short number {number}, which route '{route}' takes"
    hint = "renumber it, or ignore this if nobody needs {number}"


class ForwardNotCalled(Rule):
    """A forward or a member of a ring group is a number that `do_not_call` forbids: it is never called.

    Wrong: `do_not_call: ["+12125550111"]` and `no_answer: {external: "+12125550111"}`.
    Right: one of the two.
    """

    code = "DF1316"
    severity = Severity.WARNING
    message = "{number} stands in do_not_call, so it is never called"
    hint = "remove it there, or name another number"
