"""Jinja2 set up for phones' files: each format escapes what it must, an unknown name is a fault."""

import contextlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket
from markupsafe import Markup

_FOLDER = Path(__file__).parent
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def one_line(value: object) -> str:
    """A value on one line, whatever it is: a line end would begin another setting."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return _CONTROL.sub(" ", str(value))


def _xml(value: object) -> object:
    """What XML 1.0 cannot hold at all goes; jinja2 escapes the rest."""
    return value if isinstance(value, Markup) else one_line(value)


_FINALIZE: dict[str, Callable[[Any], Any]] = {"ini": one_line, "text": one_line, "xml": _xml}
_BYTECODE: list[FileSystemBytecodeCache] = []


@cache
def environment(form: str) -> Environment:
    """The environment of a format (`compiler.phones.catalogue.FORMATS`). Templates are named from the
    folder of all vendors, as in `yealink/phone.cfg.j2`.
    """
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=form == "xml",  # noqa: S701 -- the other formats are no markup
        finalize=_FINALIZE[form],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.bytecode_cache = _BYTECODE[0] if _BYTECODE else None
    return made


class _Forgiving(FileSystemBytecodeCache):
    """A cache whose folder may vanish: then templates are compiled, and that is all."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def remember_templates(folder: Path) -> None:
    """Keep compiled templates in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _BYTECODE[:] = [_Forgiving(str(folder), "phones-%s.jinja")]
    environment.cache_clear()
    template.cache_clear()


@cache
def template(form: str, name: str) -> Template:
    """A template by its name from the folder of all vendors."""
    return environment(form).get_template(name)
