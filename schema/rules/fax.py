"""DF19xx: fax accounts, what they send, and whom they send it to."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class AccountOfAPhone(Rule):
    """A fax account has the number of an extension that is a phone.

    Wrong: an account `"1001"` while extension 1001 says nothing of its type, which is `voice`.
    Right: `extensions: {"1050": {name: Fax, type: fax}}`, and the account under `"1050"`. A number of the
    tenant for voice and fax is an inbound route with `detect_fax: "1050"`.
    """

    code = "DF1901"
    message = "fax account {number} has the number of a phone: extension {number} is of type voice"
    hint = "give the extension type: fax, or the account the number of one"


class FaxTakesNothing(Rule):
    """An extension of type fax has neither a fax account nor a line of a device: whoever calls it finds
    nobody.

    Right: `fax: {accounts: {"1050": {deliver_to: fax@acme.example}}}`, or a device (a fax machine behind an
    adapter) with `lines: [{extension: "1050"}]`, or both: then the machine comes first.
    """

    code = "DF1902"
    severity = Severity.WARNING
    message = "extension {number} of type fax has neither a fax account nor a device"
    hint = (
        'add fax: {{accounts: {{"{number}": {{deliver_to: ...}}}}}}, or a device with a line of it'
    )


class RepliesGoElsewhere(Rule):
    """The number that a fax account shows leads elsewhere: faxes that answer its own never come to it.

    Wrong: `number: "+12125550199"` at account 1050, and `"+12125550199": {ivr: "700"}` among the routes.
    Right: `{fax: "1050"}` there, or `{ivr: "700", detect_fax: "1050"}` where the number is for voice too.
    """

    code = "DF1903"
    severity = Severity.WARNING
    message = "fax account {number} shows {did}, but calls to it do not come to the account"
    hint = 'make the inbound route {{fax: "{number}"}}, or add detect_fax: "{number}" to it'


class SendsNothing(Rule):
    """A fax account has no number, so nothing can be sent from it: each fax shows one of the tenant's
    numbers.

    Right: `number: "+12125550150"`, one of the tenant's numbers that leads to the account.
    """

    code = "DF1904"
    severity = Severity.WARNING
    message = "fax account {number} sends nothing: it has no number to show"
    hint = "add number:, one of the tenant's numbers"


class NotMailed(Rule):
    """A fax account says not where received faxes are mailed: they lie in the inbox until somebody looks
    (`dialform fax inbox`).

    Right: `deliver_to: fax@acme.example`.
    """

    code = "DF1905"
    severity = Severity.INFO
    message = "faxes to account {number} are not mailed: they stay in its inbox"
    hint = "add deliver_to:, the mail address that they go to"


class NotAFaxDocument(Rule):
    """A document cannot be sent as a fax: its name says none of the kinds that can, or it is no such file.

    PDF, PostScript, text, PNG, JPEG, TIFF and DOCX can; the first bytes must be those of the kind that the
    name says.
    """

    code = "DF1906"
    message = "'{path}' cannot be sent as a fax: {reason}"
    hint = "make it a PDF"


class BadCover(Rule):
    """A cover page is no template that can be read: HTML in UTF-8, with values of the fax in the manner of
    Jinja2.

    Wrong: `{{ subject }`, `{% if pages %}` without an end, a file that is no text.
    Right: `<h1>{{ subject }}</h1>`.
    """

    code = "DF1907"
    message = "'{path}' is no cover page: {reason}"
    hint = "write HTML with {{{{ subject }}}} and the like"


class ContactBarred(Rule):
    """The fax number of a contact is on the tenant's do-not-call list: faxes to it are refused, and of a fax
    to its group this one is left out.

    Right: take the number off the list, or off the contact.
    """

    code = "DF1908"
    severity = Severity.WARNING
    message = "no fax goes to {number}: it is on the do-not-call list"
    hint = "take it off do_not_call, or off the contact"


class SameFaxNumber(Rule):
    """Two contacts have the same fax number: one may be a slip, or stand there twice.

    Right: one contact with the groups of both, or the number that was meant.
    """

    code = "DF1909"
    severity = Severity.INFO
    message = "contact '{other}' has this fax number too"
    hint = "make one contact of both, with the groups of each"


class NoFaxRoute(Rule):
    """No fax can reach contacts: no route with `service: fax` takes their numbers, or none of the tenant's
    fax accounts may dial them.

    Right: an admin adds a route, such as `world-fax: {service: fax, prefix: "+", toll: auto, providers:
    [mycarrier]}`; or the extension of the account gets `toll: international`.
    """

    code = "DF1910"
    severity = Severity.WARNING
    message = "{what}"
    hint = "{way}"


class DetectsInVain(Rule):
    """An inbound route listens for faxes, and each call comes to a fax account anyway.

    Wrong: `{fax: "1050", detect_fax: "1050"}`.
    Right: `{fax: "1050"}`; `{ring_group: "600", detect_fax: "1050"}`.
    """

    code = "DF1911"
    severity = Severity.WARNING
    message = "detect_fax changes nothing: each call to {did} comes to a fax account"
    hint = "remove it"


class NoFaxesAtOnce(Rule):
    """The tenant has fax accounts and may send, and `concurrent_faxes: 0` lets none go: all stay queued.

    Right: a number of faxes at once, or -1 for any number.
    """

    code = "DF1912"
    severity = Severity.INFO
    message = "no fax is sent: the limit of faxes at once is 0"
    hint = "if that is not meant: concurrent_faxes: 2"
