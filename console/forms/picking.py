"""Fields that name one of a few objects become lists to choose from."""

from collections.abc import Mapping, Sequence

from dialform.console.forms.references import Offer
from dialform.console.forms.view import Field

MOST = 100
"""Objects that a list to choose from has; of more, some are suggested while one types."""


def pick(root: Field, offers: Mapping[str, Sequence[Offer]]) -> None:
    """Make lists to choose from of what can hold nothing but what is suggested."""
    for one in root.all():
        found = offers.get(one.offers, ())
        if (
            one.kind != "text"
            or not one.closed
            or one.off is not None
            or not 0 < len(found) <= MOST
        ):
            continue
        known = {value for value, _ in found}
        odd = [(one.value, "")] if one.value and one.value not in known else []
        one.kind = "choice"
        one.blank = one.blank or ("Choose one" if one.required else "None")
        one.choices = (("", ""), *((value, _named(value, name)) for value, name in (*found, *odd)))


def _named(value: str, name: str) -> str:
    """`Alice Doe (alice)`, `1001 · Alice Doe`: what people know it by."""
    if not name or name == value:
        return value
    return f"{value} · {name}" if value.strip("+*#").isdigit() else f"{name} ({value})"
