"""DF04xx: texts that could mean something to the switch."""

from dialform.schema.rule import Rule


class SwitchVariable(Rule):
    """`${...}` and `$${...}` are variables and commands to FreeSWITCH, wherever they stand. They are
    refused in every text of a site; so are `$1` to `$9` in names.

    Wrong: `name: "${system id}"`.
    Right: `name: "System ID"`.
    """

    code = "DF0401"
    message = "'{part}' is refused: the switch would expand it"
    hint = "write the text without '$'"


class PreprocessorText(Rule):
    """The switch's preprocessor works on lines of plain text: `<?`, `<include`, `<!--#` and
    `x-pre-process` mean something to it even inside a name, and can make a tenant vanish silently.

    Wrong: `name: "<include> Ltd"`.
    Right: `name: "< include > Ltd"`, or no angle brackets.
    """

    code = "DF0402"
    message = "'{part}' is refused: the switch's preprocessor would act on it"
    hint = "write it differently, for example with a space"


class LineBreak(Rule):
    """A text holds a newline or another character that nobody sees: control characters, a byte order mark,
    a space without width, an override of the reading direction. A line break inside of a value would
    start a new command or header somewhere behind; an override shows a reviewer another text than the
    phone gets.

    Wrong: `name: "Ann\\nBen"`.
    Right: `name: Ann and Ben`.
    """

    code = "DF0403"
    message = "{point} is refused in a text"
    hint = "write the text on one line"


class QuoteInName(Rule):
    """A double quote or backslash stands in a name that callers see. A quote breaks the From header
    of the call, a backslash starts an escape.

    Wrong: `name: 'Ann "Annie" Doe'`.
    Right: `name: Ann 'Annie' Doe`.
    """

    code = "DF0404"
    message = "{part} is refused in a name that phones show"
    hint = "use ' instead"


class TooLong(Rule):
    """A text is longer than the field takes.

    A name has 128 characters, other texts 256: more than any phone shows or header carries.
    """

    code = "DF0405"
    message = "{length} characters; at most {limit} fit here"
    hint = "shorten it"


class DialStringText(Rule):
    """A value that becomes part of a dial string or an address holds a character with a meaning there:
    one of `, | [ ] { } < > : ^` or a space. The switch would dial something else, or with other settings.

    Wrong: `external: "[leg_timeout=9]+12125550177"`, `host: "carrier.example,other.example"`.
    Right: `external: "+12125550177"`; a second destination is a second object.
    """

    code = "DF0406"
    message = "{part} is refused here: it has a meaning in a dial string"
    hint = "write the bare number, name or address"
