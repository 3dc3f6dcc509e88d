"""JSON Schema (draft 7) of each kind of file, for editors and other tools.

Draft 7 is what editors' YAML servers read best. Pydantic writes 2020-12; what differs in what it
writes: `$defs` is called `definitions`, keys beside a `$ref` are ignored, and `dependentRequired`
is called `dependencies`.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dialform.schema.billing import Billing
from dialform.schema.calltest import Calls
from dialform.schema.docs import field_docs
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.tenant import Tenant
from dialform.schema.types import Model
from dialform.values import dataclass

DRAFT = "http://json-schema.org/draft-07/schema#"
MODELINE = "# yaml-language-server: $schema="
"""Behind it stands the schema's path, relative to the file whose first line it is."""


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of file: its name as a schema, its model, and where such files lie in a site."""

    name: str
    model: type[Model]
    title: str
    files: tuple[str, ...]
    part: bool = False
    """One file of several that are merged: no key of the top has to stand in it."""

    @property
    def file(self) -> str:
        """The name of the schema's own file."""
        return f"{self.name}.schema.json"


DOCUMENTS: dict[str, Document] = {
    document.name: document
    for document in (
        Document("platform", Platform, "platform.yaml", ("platform.yaml",)),
        Document("provider", Provider, "A provider", ("providers.d/*.yaml",)),
        Document("routes", Routes, "routes.yaml", ("routes.yaml",)),
        Document("billing", Billing, "billing.yaml", ("billing.yaml",)),
        Document("tenant", Tenant, "A tenant", ("tenants.d/*.yaml",)),
        Document(
            "tenant-part",
            Tenant,
            "One file of a tenant's folder",
            ("tenants.d/*/*.yaml",),
            part=True,
        ),
        Document("calls", Calls, "Call tests", ("calls.d/**/*.yaml",)),
    )
}
"""All kinds of files, by name. A new one is an entry here."""


def schema_of(name: str) -> dict[str, Any]:
    """The schema of a kind of file. Raises KeyError for a name that is none."""
    document = DOCUMENTS[name]
    made = _draft7(
        document.model.model_json_schema(
            ref_template="#/definitions/{model}", schema_generator=_Generator
        )
    )
    if document.part:
        made.pop("required", None)
    first = {"$schema": DRAFT, "$id": document.file, "title": document.title}
    return first | {key: value for key, value in made.items() if key not in first}


@cache
def text_of(name: str) -> str:
    """The schema of a kind of file, as it stands in a file of its own."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def files() -> Iterator[tuple[str, str]]:
    """The name and the text of every schema's file."""
    for name, document in DOCUMENTS.items():
        yield document.file, text_of(name)


class _Generator(GenerateJsonSchema):
    """Adds the fields' docstrings, and the format of the keys of maps."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        docs = _docs(schema["cls"])
        for name, node in made.get("properties", {}).items():
            if name in docs and isinstance(node, dict):
                node["description"] = docs[name]
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        if "propertyNames" not in made and "keys_schema" in schema:
            # A key is always a text: of what may stand there, only the text's pattern counts.
            keys = self.generate_inner(schema["keys_schema"])
            names = {"title": keys.get("title", "text")}
            for option in keys.get("anyOf", ()):
                if "pattern" in option:
                    names["pattern"] = option["pattern"]
            made["propertyNames"] = names
        values = made.get("additionalProperties")
        if isinstance(values, dict) and "values_schema" in schema:
            # Pydantic leaves out what kind of value it is.
            inner = self.generate_inner(schema["values_schema"])
            values.update({key: inner[key] for key in ("title",) if key in inner})
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        # A title such as "Caller Id" says nothing that the key does not.
        return False


def _docs(model: type[Model]) -> dict[str, str]:
    """The docstrings of a model's fields, by the key as it is written."""
    docs = field_docs(model)
    return {
        field.alias or name: docs[name]
        for name, field in model.model_fields.items()
        if name in docs
    }


_RENAMED = {"$defs": "definitions", "dependentRequired": "dependencies"}
_NAMED = ("properties", "definitions")
"""Below these stand schemas by name; a name is never a keyword."""


def _draft7(node: Any) -> Any:
    if isinstance(node, list):
        return [_draft7(one) for one in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {}
    for written, value in node.items():
        key = _RENAMED.get(str(written), str(written))
        named = key in _NAMED and isinstance(value, dict)
        made[key] = {name: _draft7(one) for name, one in value.items()} if named else _draft7(value)
    if "default" in made and (made["default"] in (None, []) or isinstance(made["default"], dict)):
        # "Not written" is no default to show, and a map's keys have defaults of their own.
        del made["default"]
    if "$ref" in made and len(made) > 1:
        made["allOf"] = [{"$ref": made.pop("$ref")}]
    return made
