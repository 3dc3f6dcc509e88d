"""DF16xx: phones: what vendors and models can do, their lines and keys, and where they fetch."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class UnknownVendor(Rule):
    """A device, or an entry of `device_certificates`, names a vendor that Dialform does not know.

    Wrong: `vendor: yealnik`.
    Right: `vendor: yealink`; `webphone` for a browser, `generic` for a softphone that is set up by hand or
    by a QR code. How a vendor is added stands in docs/adding-a-vendor.md.
    """

    code = "DF1601"
    message = "there is no vendor '{name}'"
    hint = "{near}"


class UnknownModel(Rule):
    """The vendor has no model of this name, as far as Dialform knows. Capital letters, spaces and hyphens do
    not count.

    Wrong: `{vendor: yealink, model: t46x}`.
    Right: `{vendor: yealink, model: T46S}`. All models stand in docs/phone-vendors.md.
    """

    code = "DF1602"
    message = "{vendor} has no model '{name}'"
    hint = "{near}"


class ModelMissing(Rule):
    """A phone without its model cannot be configured: how many lines and keys it has is the model's.

    Wrong: `"805ec0a00004": {label: Desk, vendor: yealink}`.
    Right: `"805ec0a00004": {label: Desk, vendor: yealink, model: t46s}`. A `webphone` needs none.
    """

    code = "DF1603"
    message = "nothing says which model of {vendor} this is"
    hint = "add model: ({near})"


class TooManyLines(Rule):
    """A phone is given more lines than its model can register.

    Wrong: three `lines:` on a phone with two.
    Right: a model with more lines, or fewer lines. Several phones may have the same line.
    """

    code = "DF1604"
    message = "the {model} has {limit}, and this is line {count}"
    hint = "remove it, or choose a model with more lines"


class TooManyKeys(Rule):
    """The keys of a device do not fit on its model and its expansion modules. Its lines take keys too, the
    first ones, unless a key of type `line` says where they are.

    Wrong: two `keys:` on a phone with two keys and one line.
    Right: fewer keys, an expansion module (`modules:`), or a larger model.
    """

    code = "DF1605"
    message = "the {model} has room for {limit}{why}, and this is its key {count}"
    hint = "remove it, or add an expansion module under modules: ({near})"


class UnknownModule(Rule):
    """The model takes no expansion module of this name, or none at all.

    Wrong: `{vendor: yealink, model: t46s, modules: [exp50]}`.
    Right: `{vendor: yealink, model: t46s, modules: [exp40]}`.
    """

    code = "DF1606"
    message = "the {model} takes no expansion module '{name}'"
    hint = "{near}"


class TooManyModules(Rule):
    """A phone is given more expansion modules than can be plugged into it.

    Wrong: seven times `exp40` under `modules:` of a phone that takes six.
    Right: as many as its maker says.
    """

    code = "DF1607"
    message = "the {model} takes {limit}, and this is number {count}"
    hint = "remove it"


class CodecLeftOut(Rule):
    """A profile names a codec that one of its phones does not have. That phone is configured without it; its
    other phones have it.

    Right: a profile of its own for that model, or
    `# dialform: ignore[DF1608] they speak the others`.
    """

    code = "DF1608"
    severity = Severity.WARNING
    message = "the {model} lacks {codecs} of profile '{profile}'{more}: left out there"
    hint = "it has {known}"


class NoCodecLeft(Rule):
    """A phone has none of the codecs that it is to use: it could not talk to anybody.

    Wrong: `codecs: [G723]` in the profile of a phone without G723.
    Right: with `PCMU` or `PCMA` among them, which every phone has.
    """

    code = "DF1609"
    message = "the {model} has none of the codecs {codecs} ({whose})"
    hint = "it has {known}"


class NoSuchKey(Rule):
    """A key of a device is of a type that its vendor's phones do not have.

    Right: leave it out, or use another type: a `speed-dial` to a number or feature code works wherever
    there are keys.
    """

    code = "DF1610"
    message = "phones of {vendor} have no keys of type {type}"
    hint = "{near}"


class ProfileKeyLeftOut(Rule):
    """Not every phone of a profile can have all of its keys: the phone has fewer keys, fewer lines, or no
    keys of that type. It gets those that it can have, the others as the profile says.

    Right: a profile of its own for that model, or
    `# dialform: ignore[DF1611] the small ones have the first two`.
    """

    code = "DF1611"
    severity = Severity.WARNING
    message = "the {model} has {why} for {keys} of profile '{profile}'{more}: left out there"
    hint = "give it a profile of its own"


class UnknownTemplate(Rule):
    """A device names a template that its vendor's folder does not have. The model's own is filled in where
    none is named, and is nearly always right.

    Wrong: `template: t46` for a Yealink T46S.
    Right: leave `template:` out.
    """

    code = "DF1612"
    message = "{vendor} has no template '{name}'"
    hint = "leave it out to have the model's own; {near}"


class KeyOfAnotherKind(Rule):
    """A phone that fetches its configuration is known by its MAC address, a browser by a slug.

    Wrong: `reception: {vendor: snom, ...}`, `"805ec0a00004": {vendor: webphone, ...}`.
    Right: `"000413a00001": {vendor: snom, ...}`, `reception-web: {vendor: webphone, ...}`. A softphone that
    has no address of its own is given one that begins with `02`, which no maker uses.
    """

    code = "DF1613"
    message = "{what}"
    hint = "{way}"


class NoPhonesMac(Rule):
    """No network card has this address: it is one of a group (the lowest bit of its first byte is set), or
    all zeros.

    Wrong: `"ffffffffffff"`, `"000000000000"`, `"01005e000001"`.
    Right: the address on the label under the phone.
    """

    code = "DF1614"
    message = "no phone has the MAC address {mac}: {why}"
    hint = "it stands on the phone's label"


class KeyWithoutValue(Rule):
    """A key that is for a number names none: pressing it does nothing.

    Wrong: `keys: [{type: blf}]`.
    Right: `keys: [{type: blf, value: "1001"}]`. Keys of type line, dnd, forward, voicemail and none need no
    value.
    """

    code = "DF1615"
    message = "a key of type {type} needs the number that it is for"
    hint = 'as in {{type: {type}, value: "{example}"}}'


class KeyNamesNothing(Rule):
    """The number of a key is none that can be watched or dialled: a lamp watches an extension of the tenant,
    a page key calls a paging group, a voicemail key a mailbox, and what is as short as an inside number must
    be one.

    Wrong: `{type: blf, value: "600"}` for a ring group, `{type: speed-dial, value: "1009"}` without such an
    extension.
    Right: `{type: blf, value: "1001"}`, `{type: speed-dial, value: "+12125550177"}`.
    """

    code = "DF1616"
    message = "key of type {type}: {what}"
    hint = "{way}"


class KeyWithoutLine(Rule):
    """A key of a device shows a line, or dials by one, that the device does not have.

    Wrong: `{type: line, value: 2}` on a phone with one entry under `lines:`.
    Right: a number from 1 to as many lines as it has.
    """

    code = "DF1617"
    message = "the device has no line {line}"
    hint = "it has {count}"


class NoLines(Rule):
    """A device without lines rings for nobody and cannot call.

    Wrong: `"805ec0a00004": {label: Desk, vendor: yealink, model: t46s}`.
    Right: with `lines: [{extension: "1001"}]`. A spare one can wait with
    `# dialform: ignore[DF1618] spare`.
    """

    code = "DF1618"
    severity = Severity.WARNING
    message = "device '{device}' has no lines: it rings for nobody"
    hint = 'lines: [{{extension: "1001"}}]'


class OpenProvisioning(Rule):
    """Phones would fetch their configuration, with every password in it, over plain HTTP: whoever sees the
    packets can call at the tenant's cost.

    Wrong: `base_url: http://pbx.example.com/provision/`.
    Right: `base_url: https://pbx.example.com/provision/`.
    """

    code = "DF1619"
    severity = Severity.WARNING
    message = "phones would fetch their passwords over plain HTTP"
    hint = "base_url: https://..."


class NoProvisioning(Rule):
    """There are phones, and the platform says nowhere where they fetch: their files are compiled, and no
    phone learns its own address.

    Right: `provisioning: {base_url: "https://pbx.example.com/provision/"}` in platform.yaml.
    """

    code = "DF1620"
    severity = Severity.WARNING
    message = "{count} nowhere to fetch from: the platform has no provisioning"
    hint = 'add provisioning: {{base_url: "https://..."}}'


class HalfCertificate(Rule):
    """The provisioning service is given a certificate without its key, a key without its certificate, or
    authorities of phones' certificates while it holds none itself: it cannot do TLS like that.

    Right: `certificate: /etc/dialform/tls/fullchain.pem` and `key: /etc/dialform/tls/privkey.pem`; or
    neither, with a proxy in front that has both.
    """

    code = "DF1621"
    message = "provisioning: {what}"
    hint = "{way}"


class NoSuchSetting(Rule):
    """The vendor's phones have no parameter for a setting, so it does nothing there; other phones of the
    profile follow it. Which vendor has what stands in docs/phone-vendors.md.
    """

    code = "DF1622"
    severity = Severity.INFO
    message = "{setting} does nothing on the {model}{more}: {why}"
    hint = "its other phones follow it"


class KeyWithoutCode(Rule):
    """A key dials a feature code that is switched off: it does nothing.

    Wrong: `keys: [{type: forward}]` with `feature_codes: {forward_on: null}`.
    Right: the code, or no such key.
    """

    code = "DF1623"
    severity = Severity.WARNING
    message = "a key of type {type} dials the feature code {name}, which is switched off"
    hint = 'feature_codes: {{{name}: "{example}"}}'


class KeysInClear(Rule):
    """An extension wants its calls encrypted, and a phone of it speaks SIP without TLS: the keys of each call
    travel in the clear (RFC 4568, section 7), for whoever can see the packets.

    Wrong: `"1002": {name: Bob, srtp: required}` with a phone whose profile has `transport: udp`.
    Right: `transport: tls` in the phone's profile.
    """

    code = "DF1624"
    severity = Severity.WARNING
    message = (
        "extension {extension} wants calls encrypted, and this phone sends their keys in the clear"
    )
    hint = "transport: tls in the phone's profile"


class PhonesApart(Rule):
    """No host has all tenants that have phones, and all phones fetch from one address (`base_url`). A host's
    service knows the phones of its own tenants: the others would be told that there is nothing.

    Right: one host that all of these tenants live on, with `base_url` leading there. Or a proxy that asks the
    hosts one after the other (docs/provisioning.md, "Several hosts"), and
    `# dialform: ignore[DF1625] a proxy asks both`.
    """

    code = "DF1625"
    severity = Severity.WARNING
    message = "no host has the phones of all tenants, and all fetch from one address: {host} lacks {tenants}"
    hint = "let them live there too, or have a proxy ask every host"
