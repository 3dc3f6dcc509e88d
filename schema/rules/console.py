"""DF20xx: the portal: where it is found, what changes at once there, who signs people in."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class OpenConsole(Rule):
    """Passwords and voicemail would go over plain HTTP: whoever sees the packets can sign in. Browsers refuse
    a microphone there, too, but on their own machine.

    Wrong: `base_url: http://portal.example.com/`.
    Right: `base_url: https://portal.example.com/`. `http://127.0.0.1:8086/` is fine for a trial.
    """

    code = "DF2001"
    severity = Severity.WARNING
    message = "people would sign in over plain HTTP"
    hint = "base_url: https://..."


class HalfConsoleCertificate(Rule):
    """The portal needs a certificate and its key, or neither of them and a proxy in front that has both.

    Wrong: `console: {base_url: …, certificate: /etc/dialform/portal.pem}`.
    Right: the same with `key: /etc/dialform/portal.key`.
    """

    code = "DF2002"
    message = "a {have} without its {lacks}"
    hint = "add {lacks}: (the same file, if both stand in it)"


class SelfServiceTwice(Rule):
    """A word of `self_service` says what another one says already.

    Wrong: `self_service: [devices, devices.label]`.
    Right: `self_service: [devices]`.
    """

    code = "DF2003"
    severity = Severity.INFO
    message = "'{word}' is in '{other}' already"
    hint = "remove one of them"


class SelfServiceDear(Rule):
    """What this word lets people change can cost money or give rights, and nobody looks at it before it runs:
    a tenant administrator sets the toll class of an extension, sends calls to numbers outside, or puts
    another one's number on a phone of their own.

    Right: leave it to a review, or mean it, with `# dialform: ignore[DF2004] reason`.
    """

    code = "DF2004"
    severity = Severity.WARNING
    message = "with '{word}' {what} without anybody's review"
    hint = "name only fields, as in devices.label, or leave it out"


class ForgeAddress(Rule):
    """A forge of this kind has no address that everybody uses.

    Wrong: `forge: {kind: forgejo, project: ops/site, token: {secret: forge}}`.
    Right: the same with `url: https://git.example.com`.
    """

    code = "DF2005"
    message = "nothing says where the {kind} is"
    hint = "add url: https://..."


class OpenIssuer(Rule):
    """Who signs people in must be asked over TLS: else anybody on the way signs in as anybody.

    Wrong: `openid: {issuer: http://id.example.com, …}`.
    Right: `openid: {issuer: https://id.example.com, …}`.
    """

    code = "DF2006"
    message = "the issuer would be asked over plain HTTP"
    hint = "issuer: https://..."


class NoPortalMail(Rule):
    """Invitations to the portal and new passwords go by mail, and the platform says nowhere how mail leaves.

    Right: `mail: {smtp: "smtp://127.0.0.1:25", from: pbx@example.com}` in platform.yaml.
    """

    code = "DF2007"
    severity = Severity.WARNING
    message = "nobody can be invited by mail: `mail` is missing"
    hint = "add mail: {{smtp: ..., from: ...}}"


class BlindConsole(Rule):
    """Browsers come by https and the portal has no certificate, so a proxy stands before it: but none is
    named whose word of a client's address counts. All people then have the proxy's address. Who guesses
    passwords is not held up by where they come from, and the record of who did what names nobody's address.

    Wrong: `console: {base_url: https://portal.example.com/}`, with a proxy on the same host.
    Right: the same with `trusted_proxies: [127.0.0.1]`, or with `certificate:` and `key:` and no proxy.
    """

    code = "DF2008"
    severity = Severity.WARNING
    message = (
        "all people have one address here: that of the proxy, which `trusted_proxies` does not name"
    )
    hint = "trusted_proxies: [127.0.0.1] for one on this host"
