"""DF05xx: secrets."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class PlainSecret(Rule):
    """A secret is written in plain text, and git keeps it for ever.

    Leave it out (it is derived from the master secret), or write `{secret: name}`, `{env: NAME}` or
    `{age: "..."}` (`dialform secret set` encrypts it).
    """

    code = "DF0501"
    severity = Severity.WARNING
    message = "a secret is written in plain text"
    hint = "leave it out to have it derived, or use {{secret: name}}; `dialform secret set` encrypts one"


class SecretNotFound(Rule):
    """A secret that the site names cannot be had on this host.

    Put a file of that name into the secrets folder of the host (one line of text), set the variable, or leave
    the key out to have the secret derived. `dialform secret list` shows what a site names.
    """

    code = "DF0502"
    message = "the secret cannot be read: {reason}"
    hint = "{way}"


class BadPin(Rule):
    """A PIN is 4 to 10 digits, since phones have only those.

    Wrong: `pin: "12"`, or a secret file with letters in it.
    Right: `pin: {secret: acme-general}` with the file `acme-general` holding `482913`; or no `pin:` at all.
    """

    code = "DF0503"
    message = "the PIN of {object} is not 4 to 10 digits"
    hint = "leave it out to have it derived, or correct the secret"


class BadSecretName(Rule):
    """What `{secret: ...}` or `{env: ...}` names cannot be the name of a file in the secrets folder, or of
    an environment variable. It is not repeated here: it may be the secret itself, written in the wrong
    place.

    Wrong: `password: {secret: ../esl}`, `password: {env: my-password}`.
    Right: `password: {secret: esl}`, `password: {env: ESL_PASSWORD}`.
    """

    code = "DF0504"
    message = "this cannot be the name of a {form}"
    hint = "letters, digits, '.', '-' and '_'"


class MasterMissing(Rule):
    """Without the master secret, passwords and PINs are placeholders. Such files check well, and are never
    released to a switch.

    Name the secrets folder with --secrets DIR. `head -c 32 /dev/urandom | base64 > master` makes a master
    secret; keep a copy of it, for every derived password changes with it.
    """

    code = "DF0505"
    severity = Severity.INFO
    message = "no master secret: passwords and PINs are placeholders"
    hint = "on a host, name the secrets folder with --secrets DIR"


class ForeignSecret(Rule):
    """A tenant's file names a secret that does not begin with the tenant's slug. Whoever may change a
    tenant could read any secret of the host that way, for example through a phone's configuration.

    Wrong, in tenant acme: `password: {secret: mycarrier}`.
    Right: `password: {secret: acme-door}`; for a variable `{env: ACME_DOOR}`.
    """

    code = "DF0506"
    severity = Severity.WARNING
    message = "tenant '{tenant}' names {form} '{name}', which is not its own"
    hint = "begin the name with '{prefix}'"
