"""DF01xx: how a file is written."""

from dialform.schema.rule import Rule


class Syntax(Rule):
    """The file is not YAML at this place.

    Wrong: `extensions: {"1001": {name: Alice}` (a brace is never closed).
    Right: `extensions: {"1001": {name: Alice}`.

    Nothing of this file is checked until it can be read.
    """

    code = "DF0101"
    message = "this is not YAML: {problem}"
    hint = "look at the line above too: a quote, bracket or indent that is not closed starts there"


class Tab(Rule):
    """A tab indents this line; YAML indents with spaces only.

    Set your editor to insert spaces (`dialform init` writes an `.editorconfig` that does).

    Wrong: a line of `extensions:` that begins with a tab.
    Right: the same line with two spaces for each level.
    """

    code = "DF0102"
    message = "a tab stands in the indent; YAML takes spaces only"
    hint = "replace the tab by spaces"


class DuplicateKey(Rule):
    """The same key stands twice in one map. Other tools silently keep the last one; Dialform does not.

    Wrong: two entries `"1001":` under `extensions:`.
    Right: one entry; or give the second its own number.
    """

    code = "DF0103"
    message = "key '{key}' stands here a second time; the first is on line {first}"
    hint = "keep one of the two"


class Alias(Rule):
    """An alias (`*name`) repeats another part of the file. A site refuses aliases: what is written is
    what is meant, and a small file cannot unfold into a huge one.

    Write the value out, or put it into a device profile, a schedule or the platform's defaults.

    Wrong: `closed: *holidays`.
    Right: `closed: [2026-12-25, "12-31"]`.
    """

    code = "DF0104"
    message = "alias '*{name}' is refused"
    hint = "write the value out"


class Anchor(Rule):
    """An anchor (`&name`) marks a value for an alias; a site refuses both.

    A text that starts with `&` needs quotes: `name: "&Sons"`.

    Wrong: `name: &Sons`, `office: &hours {open: [...]}`.
    Right: `name: "&Sons"`, `office: {open: [...]}`.
    """

    code = "DF0105"
    message = "anchor '&{name}' is refused"
    hint = "remove it, or quote the text if the '&' belongs to it"


class Tag(Rule):
    """A tag (`!!str`, `!include`) tells YAML a type or runs an extension; a site refuses tags.

    Types follow from the schema. A text that starts with `!` needs quotes.

    Wrong: `pin: !!str 0012`, `name: !Important`.
    Right: `pin: 0012` (leading zeros are kept), `name: "!Important"`.
    """

    code = "DF0106"
    message = "tag '{tag}' is refused"
    hint = "remove it, or quote the text if the '!' belongs to it"


class MergeKey(Rule):
    """`<<` merges another map into this one; a site refuses merge keys, like aliases.

    Wrong: `"1002": {<<: {toll: local}, name: Bob}`.
    Right: `"1002": {toll: local, name: Bob}`; what all extensions share stands in the platform's `defaults:`.
    """

    code = "DF0107"
    message = "merge key '<<' is refused"
    hint = "write the keys out"


class ComplexKey(Rule):
    """A map or list is used as a key. Keys are numbers, slugs and words.

    Wrong: `{name: Alice}: "1001"`.
    Right: `"1001": {name: Alice}`.
    """

    code = "DF0108"
    message = "a key must be a word or a number, not a map or a list"
    hint = "quote the key if it starts with '{{' or '['"


class TooDeep(Rule):
    """The file nests deeper than 64 levels. No site needs that; a bomb does.

    Look for a bracket that is opened again and again, or write the tenant in several files.
    """

    code = "DF0109"
    message = "nested deeper than {limit} levels"
    hint = "flatten the file"


class TooLarge(Rule):
    """A file is larger than 5 MiB. Split a tenant into a folder of files.

    Wrong: `tenants.d/acme.yaml` with everything in it.
    Right: `tenants.d/acme/account.yaml`, `tenants.d/acme/phones.yaml` and so on.
    """

    code = "DF0110"
    message = "the file has {size} bytes; at most {limit} are read"
    hint = "split a tenant into a folder tenants.d/<slug>/ with several files"


class NotUtf8(Rule):
    """The file is not UTF-8 text.

    Some editors save in Latin-1 or UTF-16 unless they are told otherwise. Save the file as UTF-8; its
    accents may need to be typed again.
    """

    code = "DF0111"
    message = "byte {byte} is not UTF-8"
    hint = "save the file as UTF-8"


class ControlCharacter(Rule):
    """An invisible control character stands in the file.

    It often comes from copying out of a terminal, a PDF or a word processor. Line ends are those of Unix or
    Windows; those of other systems count as control characters too. Remove the character, or save the file
    with Unix line ends.
    """

    code = "DF0112"
    message = "control character {point} is refused"
    hint = "remove it; it often comes from copying out of a terminal or a word processor"


class SecondDocument(Rule):
    """A second `---` starts another document. A file holds one.

    Wrong: two tenants in one file with `---` between them.
    Right: a file each.
    """

    code = "DF0113"
    message = "a second document starts here; a file holds one"
    hint = "move it to a file of its own"


class ConflictMarker(Rule):
    """A merge conflict was committed: the markers `<<<<<<<`, `=======`, `>>>>>>>` still stand here.

    Keep what is right of the two sides, and remove the three marker lines.
    """

    code = "DF0114"
    message = "a merge conflict marker stands here"
    hint = "finish the merge: keep one side and remove the three marker lines"


class NotAMap(Rule):
    """The top of a file must be a map of keys.

    Wrong: a file that begins with `- "1001"`.
    Right: a file that begins with a key such as `extensions:`; an empty file is fine.
    """

    code = "DF0115"
    message = "the file must be a map of keys, not {kind}"
    hint = "start with a key such as 'extensions:'"
