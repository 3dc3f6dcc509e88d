"""Names of callers on their way to a phone.

mod_sofia cuts a caller's name at its last `/` and `:` and its first `@` (switch_sanitize_number() in
switch_utils.h), and then decodes `%XX` in it (check_decode() in mod_sofia.h). So these travel encoded.
"""

_CUT = str.maketrans({char: f"%{ord(char):02X}" for char in "%/:@"})

CUT = "[%/:@]"
"""An expression for names that would not arrive as they are."""


def encoded(name: str) -> str:
    """A name that reaches the phones as it is."""
    return name.translate(_CUT)
