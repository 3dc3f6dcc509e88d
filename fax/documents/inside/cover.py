"""Cover pages, from a template to a PDF: Jinja2 in its sandbox, then xhtml2pdf."""

import io
import logging
import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialform.billing.statements.fonts import Face
from dialform.fax.documents.inside import Wrong, letters

_PLAIN = ("helvetica", "arial", "sans", "sansserif", "sans-serif", "verdana", "geneva", "system-ui")
_OTHERS = ("times", "times-roman", "times new roman", "georgia", "serif", "courier", "monospace")
"""What a template may call its fonts: those that are meant have Latin letters only."""

_FAMILY = re.compile(r"(font-family\s*:\s*)([^;}\"<]+)", re.IGNORECASE)
_LARGEST = 16 << 20


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """`template`, filled with `values`, becomes `cover.pdf`. What it loads lies in `folder`. Raises Wrong."""
    logging.disable(logging.CRITICAL)
    mimetypes.knownfiles.clear()  # the machine's own lists (/etc/mime.types) cannot be read in here
    html = _filled(_template(Path(asked["template"]).read_bytes()), asked["values"])
    Path("cover.pdf").write_bytes(_set(html, asked["folder"], asked["pixels"]))
    return {}


def _template(written: bytes) -> Any:
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong("{name} is not written in UTF-8: save it so.") from None
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        return environment.from_string(text)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line}" if line else ""
        raise Wrong(f"{{name}} is wrong{where}: {_one_line(error)}") from None


def _filled(template: Any, values: Mapping[str, Any]) -> str:
    try:
        return str(template.render(values))
    except MemoryError:
        raise
    except Exception as error:  # whatever a template makes go wrong is the template's fault
        raise Wrong(f"{{name}} cannot be filled: {_one_line(error)}") from None


def _set(html: str, folder: str, pixels: int) -> bytes:
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy
    from xhtml2pdf.default import DEFAULT_CSS

    known = letters.faces(html)
    families = _named(known)
    text = _FAMILY.sub(rf"\1\2, {families}", letters.shown(html, known))
    policy = ResourceAccessPolicy(
        allow_remote=False, base_dir=Path(folder) if folder else None, max_image_pixels=pixels,
        max_local_bytes=_LARGEST, max_resources=100, max_depth=200,
    )  # fmt: skip
    target = io.BytesIO()
    try:
        made = pisa.CreatePDF(
            text, dest=target, path=str(Path(folder or ".") / "cover.html"), encoding="utf-8",
            default_css=f"{DEFAULT_CSS} html, body, table, td, th, p, div {{ font-family: {families} }}",
            resource_policy=policy,
        )  # fmt: skip
    except MemoryError:
        raise
    except Exception as error:  # a template's HTML and CSS reach all of the library
        raise Wrong(f"{{name}} cannot be set as a page: {_one_line(error)}") from None
    if made.err or not target.getvalue():
        raise Wrong("{name} cannot be set as a page: see to its HTML and CSS.")
    return target.getvalue()


def _named(known: list[Face]) -> str:
    """Makes the fonts known to xhtml2pdf, in all weights; their names, as CSS has them."""
    from reportlab.lib.fonts import addMapping
    from xhtml2pdf.default import DEFAULT_FONT

    from dialform.billing.statements import fonts

    for face in known:
        bold = fonts.face(bold=True) if face is known[0] else face
        for weight, slant in ((0, 0), (0, 1), (1, 0), (1, 1)):
            addMapping(face.name, weight, slant, bold.name if weight else face.name)
        DEFAULT_FONT[face.name.lower()] = face.name
    for name in (*_PLAIN, *_OTHERS):
        DEFAULT_FONT[name] = known[0].name
    return ", ".join(face.name for face in known)


def _one_line(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return f"{(said or [type(error).__name__])[0].rstrip('.')[:200]}."
