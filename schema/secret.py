"""A secret as it is referred to: never the value itself, unless somebody wrote it plainly."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema

from dialform.schema.destination import name
from dialform.schema.rules import shape
from dialform.schema.rules.secrets import BadSecretName
from dialform.schema.rules.text import SwitchVariable
from dialform.schema.types import as_written, refuse
from dialform.values import dataclass, field

Form = Literal["secret", "env", "age", "plain"]
_FORMS = ("secret", "env", "age")
_NAMES = {
    "secret": (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}\Z"),
        "secret",
        "a file's name: letters, digits, '.', '-' and '_', beginning with a letter or digit",
    ),
    "env": (
        re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}\Z"),
        "variable",
        "letters, digits and '_', not beginning with a digit",
    ),
}


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret comes from. `text` is a file's name, a variable's name, or the value itself."""

    form: Form
    text: str = field(repr=False)

    def as_data(self) -> dict[str, str] | str:
        """The reference as it stands in the site."""
        return self.text if self.form == "plain" else {self.form: self.text}


def _secret(value: Any) -> SecretRef:
    value = as_written(value)
    if isinstance(value, str):
        if not value or not value.isprintable():
            refuse(shape.BadValue, what="a secret is one line of visible characters")
        if "${" in value:
            refuse(SwitchVariable, part="${")
        return SecretRef("plain", value)
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _FORMS:
        form, text = next(iter(value.items()))
        text = as_written(text)
        if isinstance(text, str) and text:
            if form in _NAMES and not _NAMES[form][0].match(text):
                _, what, hint = _NAMES[form]
                refuse(BadSecretName, form=what, hint=hint)
            return SecretRef(form, text)
    return refuse(
        shape.WrongKind,
        what=f"a secret is no such thing as {name(value)}",
        hint='one of {secret: name}, {env: NAME}, {age: "..."}',
    )


_SCHEMA = {
    "title": "secret",
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        *(
            {
                "type": "object",
                "properties": {form: {"type": ["string", "number", "boolean"]}},
                "required": [form],
                "additionalProperties": False,
            }
            for form in _FORMS
        ),
    ],
}

Secret = Annotated[InstanceOf[SecretRef], BeforeValidator(_secret), WithJsonSchema(_SCHEMA)]
