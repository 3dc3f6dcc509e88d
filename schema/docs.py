"""The docstrings of a model's fields, read from its source.

Pydantic can do this too (`use_attribute_docstrings`), but at import, where it costs every command
half as much again as building the models does.
"""

import ast
import inspect
import textwrap
from itertools import pairwise

from dialform.schema.types import Model


def field_docs(model: type[Model]) -> dict[str, str]:
    """Field → the text below it, on one line; fields of the bases included."""
    docs: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, Model) and cls is not Model:
            docs |= _own(cls)
    return docs


def summary(model: type[Model]) -> str:
    """The model's own docstring."""
    return inspect.cleandoc(model.__doc__ or "")


def _own(cls: type[Model]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    docs = {}
    for field, below in pairwise(tree.body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            text = below.value.value
            if isinstance(text, str):
                docs[field.target.id] = " ".join(text.split())
    return docs
