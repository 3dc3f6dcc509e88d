"""Dial strings: `{global}[leg]user/1001@d,[leg]sofia/gateway/G/N|error/USER_BUSY`, and `:_:` between them.

As `switch_ivr_originate.c`, `switch_event_create_brackets` and `switch_separate_string` read them, with
their quirks: quotes and backslashes guard a separator, a variable without a value is not set, and a
bracket that begins with `^^;` has `;` between its variables.
"""

from dialform.simulator.reading.words import cleaned, parted
from dialform.values import dataclass, field

ENTERPRISE = ":_:"
_OPEN = {"{": "}", "[": "]", "<": ">"}
_HIDDEN = "\x00"
_MOST = 1024
"""Parts that the switch has room for."""


class DialStringError(ValueError):
    """A dial string that the switch refuses with DESTINATION_OUT_OF_ORDER: a bracket is not closed."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One far end: `sofia/gateway/G/N` has the endpoint `sofia` and the rest as destination."""

    endpoint: str
    destination: str
    variables: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The leg in the words of a dial string."""
        slash = "/" if self.destination else ""
        return f"{brackets(self.variables, '[')}{self.endpoint}{slash}{self.destination}"


@dataclass(frozen=True, slots=True)
class DialString:
    """Groups of legs: all of a group ring at once, the groups one after the other."""

    groups: tuple[tuple[Leg, ...], ...]
    variables: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The dial string that `parse` reads as this one."""
        groups = "|".join(",".join(map(str, group)) for group in self.groups)
        return brackets(self.variables, "{") + groups


def enterprise(text: str) -> tuple[dict[str, str], list[str]]:
    """The `<…>` variables and the dial strings that each get an originate of their own."""
    variables, rest = _leading(text.lstrip(" "), "<")
    return variables, rest.lstrip(" ").split(ENTERPRISE)


def parse(text: str) -> DialString:
    """One dial string without `:_:`.

    Raises DialStringError where a bracket is not closed.
    """
    text = text.lstrip(" ")
    wide, text = _leading(text, "<")
    variables, text = _leading(text, "{")
    groups = tuple(tuple(_legs(group)) for group in split(text.lstrip(" "), "|"))
    return DialString(groups, wide | variables)


def split(text: str, mark: str) -> list[str]:
    """What `switch_separate_string` makes of a text: quotes and backslashes guard, blanks go."""
    if text.startswith("^^") and len(text) > 3:
        mark, text = text[2], text[3:]
    if mark == " ":
        return _words(text)
    return [cleaned(part, mark) for part in parted(text, mark, _MOST)]


def pair(text: str) -> tuple[str, str] | None:
    """The name and value of `name=value`; None where there is no value."""
    parts = parted(text, "=", 2)
    if len(parts) < 2:
        return None
    return cleaned(parts[0], "="), cleaned(parts[1], "=")


def brackets(variables: dict[str, str], opening: str) -> str:
    """Variables in brackets, each value quoted where it must be; empty for none."""
    if not variables:
        return ""
    pairs = ",".join(f"{name}={_guard(value)}" for name, value in variables.items())
    return f"{opening}{pairs}{_OPEN[opening]}"


def _guard(value: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\,'" else letter for letter in value)


def _leading(text: str, opening: str) -> tuple[dict[str, str], str]:
    """The variables of all brackets of one kind at the head, and what follows them."""
    variables: dict[str, str] = {}
    while text.startswith(opening):
        end = _closing(text, opening)
        variables |= _variables(text[1:end])
        text = text[end + 1 :]
    return variables, text


def _closing(text: str, opening: str) -> int:
    depth = 0
    for place, letter in enumerate(text):
        if letter == opening:
            depth += 1
        elif letter == _OPEN[opening]:
            depth -= 1
            if not depth:
                return place
    raise DialStringError(f"`{opening}` is not closed in the dial string `{text}`")


def _variables(inner: str) -> dict[str, str]:
    mark = ","
    if inner.startswith("^^") and len(inner) > 2:
        mark, inner = inner[2], inner[3:]
    pairs = (pair(part) for part in split(inner, mark))
    return dict(found for found in pairs if found)


def _legs(group: str) -> list[Leg]:
    legs = []
    for text in _apart(group):
        variables, rest = _leading(text.lstrip(" "), "[")
        endpoint, _, destination = rest.lstrip(" ").partition("/")
        legs.append(Leg(endpoint, destination, variables))
    return legs


def _apart(group: str) -> list[str]:
    """The legs of a group: a comma inside `[…]` does not part them."""
    hidden: list[str] = []
    end = -1
    for place, letter in enumerate(group):
        if letter == "[" and place > end and "]" in group[place:]:
            end = place + _closing(group[place:], "[")
        hidden.append(_HIDDEN if letter == "," and place < end else letter)
    parts = parted("".join(hidden), ",", _MOST)
    return [found for part in parts if (found := part.replace(_HIDDEN, ",").strip(" "))]


def _words(text: str) -> list[str]:
    """Parts between blanks; one in quotes may hold blanks."""
    if "'" not in text:
        return [word for word in text.split(" ") if word]
    parts: list[str] = []
    word: list[str] = []
    quoted = begun = False
    for letter in text:
        if letter == "'":
            quoted, begun = not quoted, True
        elif letter == " " and not quoted:
            if begun:
                parts.append("".join(word))
            word, begun = [], False
        else:
            word.append(letter)
            begun = True
    if begun:
        parts.append("".join(word))
    return parts
