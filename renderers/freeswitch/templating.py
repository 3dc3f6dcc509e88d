"""Jinja2 set up for XML: everything is escaped, an unknown name is a fault, templates load once."""

import contextlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket

_FOLDER = Path(__file__).with_name("templates")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


class _Forgiving(FileSystemBytecodeCache):
    """A cache whose folder may vanish: then templates are compiled, and that is all."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def remember_templates(folder: Path) -> None:
    """Keep compiled templates in this folder: compiling them again takes longer than a tenant does.

    Jinja2 keeps a digest of the source beside each, so a changed template is compiled anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _environment().bytecode_cache = _Forgiving(str(folder), "%s.jinja")


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


def render(name: str, /, **values: object) -> bytes:
    """The file that the template `name` makes of these values, in UTF-8."""
    return _template(name).render(values).encode()
