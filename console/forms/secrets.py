# ruff: noqa: D102 - what said, view, taken and kept are stands at Node
"""A secret in a form: kept, derived or none, a name of the host's, or typed anew. It is never shown."""

from typing import Any, ClassVar

from dialform.console.forms.nodes import MISSING, Node, shown
from dialform.console.forms.spot import Post, Spot
from dialform.console.forms.view import Field
from dialform.values import dataclass

_FORMS = ("secret", "env", "age")


@dataclass(frozen=True, slots=True)
class Secret(Node):
    """What somebody must not see. `derived` says that one is made from the master secret where none is
    written.
    """

    derived: bool = False
    required: bool = False

    kind: ClassVar[str] = "secret"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if value is MISSING or value is None:
            return None
        if isinstance(value, dict):
            return tuple((key, shown(inner)) for key, inner in value.items())
        return shown(value)

    def view(self, value: Any, spot: Spot) -> Field:
        written = self.said(value) is not None
        form = next((one for one in _FORMS if isinstance(value, dict) and one in value), "")
        kept = _KEPT.get(form) if spot.look.host else None
        choices = [("keep", kept or "Keep what is set")] if written else []
        if not self.required:
            none = "Made by the system" if self.derived else "None"
            choices.insert(0, ("none", none))
        choices.append(("value", "A new one, typed here"))
        if spot.look.host:
            choices += [
                ("secret", "A file of the host's secrets"),
                ("env", "A variable of the host"),
            ]
        held = "keep" if written else choices[0][0]
        name = shown(value[form]) if spot.look.host and form in ("secret", "env") else ""
        field = Field(
            "secret", spot.name, spot.path, value={"how": held, "name": name, "held": ""},
            choices=tuple(choices), enabled=spot.may,
        )  # fmt: skip
        if isinstance(value, Typed):
            field.value = {"how": "value", "name": "", "held": value.token}
        return field

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        how = post.text(f"{spot.name}.how")
        if not spot.may or how is None or how == "keep":
            return was
        if how in ("secret", "env") and not spot.look.host:
            return was
        if how in ("secret", "env"):
            name = (post.text(f"{spot.name}.name") or "").strip()
            return {how: name} if name else MISSING
        if how != "value":
            return MISSING
        keeper = spot.look.keeper
        if text := post.text(f"{spot.name}.value"):
            return Typed(text, keeper.close(text) if keeper else "")
        token = post.text(f"{spot.name}.held") or ""
        text = keeper.open(token) if keeper and token else None
        return Typed(text, token) if text else (was if self.said(was) is not None else MISSING)


class Typed(str):
    """A secret that was just typed: the text, and the token by which the form carries it on."""

    token: str

    def __new__(cls, text: str, token: str = "") -> "Typed":
        """The text with its token."""
        made = super().__new__(cls, text)
        made.token = token
        return made

    def __repr__(self) -> str:
        return "(secret)"


_KEPT = {
    "secret": "Keep what is set: a file of the host's secrets",
    "env": "Keep what is set: a variable of the host",
    "age": "Keep what is set: encrypted for the hosts",
}
