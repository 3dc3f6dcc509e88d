"""Changing what a YAML file says at a path, and not one other byte of it."""

from dialform.schema.editing.data import GONE, Gone, at, put, same
from dialform.schema.editing.editor import EditError, edited, edited_many
from dialform.schema.editing.writing import written

__all__ = [
    "GONE", "EditError", "Gone", "at", "edited", "edited_many", "put", "same", "written",
]  # fmt: skip
