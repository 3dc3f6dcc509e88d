"""Jinja2 set up for phones' files: each format escapes what it must, an unknown name is a fault."""

import contextlib
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.nativetypes import NativeCodeGenerator
from markupsafe import Markup, escape

_FOLDER = Path(__file__).parent
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def one_line(value: object) -> str:
    """A value on one line, whatever it is: a line end would begin another setting."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return _CONTROL.sub(" ", str(value))


def _xml(value: object) -> str:
    """What XML 1.0 cannot hold at all goes; the rest is escaped, where it is no markup already."""
    return str(value if isinstance(value, Markup) else escape(one_line(value)))


# Of a hundred values in a phone's file ninety stand in the next phone's too.
_FINALIZE: dict[str, Callable[[Any], Any]] = {
    form: lru_cache(4096, typed=True)(function)
    for form, function in (("ini", one_line), ("text", one_line), ("xml", _xml))
}
_BYTECODE: list[Path] = []


class _Written(CodeGenerator):
    """Values are written as `_FINALIZE` gives them. Jinja2 would make a text of each once more and escape it
    once more, which is half of the work.
    """

    _output_child_pre = NativeCodeGenerator._output_child_pre
    _output_child_post = NativeCodeGenerator._output_child_post


class _Environment(Environment):
    code_generator_class = _Written


@cache
def environment(form: str) -> Environment:
    """The environment of a format (`compiler.phones.catalogue.FORMATS`). Templates are named from the
    folder of all vendors, as in `yealink/phone.cfg.j2`.
    """
    made = _Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=form == "xml",  # the other formats are no markup
        finalize=_FINALIZE[form],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    if _BYTECODE:
        made.bytecode_cache = _Forgiving(str(_BYTECODE[0]), f"phones-{form}-%s.jinja")
    return made


class _Forgiving(FileSystemBytecodeCache):
    """A cache whose folder may vanish: then templates are compiled, and that is all."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def remember_templates(folder: Path) -> None:
    """Keep compiled templates in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _BYTECODE[:] = [folder]
    environment.cache_clear()
    template.cache_clear()


@cache
def template(form: str, name: str) -> Template:
    """A template by its name from the folder of all vendors."""
    return environment(form).get_template(name)
