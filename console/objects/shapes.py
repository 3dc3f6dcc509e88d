"""Where an object's model stands in its document: for findings about the values of a form alone."""

from typing import Any

from pydantic import BaseModel

from dialform.console.objects.kinds import Kind
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Routes
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant

_MODELS: dict[str, type[BaseModel]] = {
    "": Tenant, "platform": Platform, "routes": Routes, "billing": Billing, "providers": Provider,
}  # fmt: skip


def model_and_path(kind: Kind, key: str) -> tuple[type[BaseModel], Path, Any]:
    """The document's model, the object's path in it, and what stands for an empty one."""
    blank: Any = [] if kind.name in ("call-tests", "do-not-call") else {}
    if kind.document == "providers":
        return Provider, (), blank
    return _MODELS[kind.document], kind.path_of(key), blank
