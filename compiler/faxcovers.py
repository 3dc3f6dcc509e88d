"""Cover pages: HTML with values of the fax, and the pictures and fonts that lie beside it."""

import contextlib
import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dialform.compiler.media import LFS, Head, why_unsafe
from dialform.compiler.scope import Scope

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.nodes import Template

LARGEST = 256 << 10
"""Bytes that a cover page may have."""

VALUES = frozenset(
    {
        "company", "sender", "number", "recipient", "to", "subject", "text", "date", "time", "language",
        "pages",
    }
)  # fmt: skip
"""What a cover page may say of a fax (`fax.documents.cover.Cover.said`)."""

_SHOWN = re.compile(
    r"""(?:\bsrc|\bbackground|<link\b[^>]{0,120}?\bhref)\s{0,9}=\s{0,9}["']([^"'{}]{1,300})["']"""
    r"""|\burl\(\s{0,9}["']?([^"'(){}\s][^"'(){}]{0,300}?)["']?\s{0,9}\)""",
    re.IGNORECASE,
)
"""How HTML and CSS name a file that they show. Bounded: no text takes long to search."""

_JINJA = frozenset({"loop", "caller", "self", "varargs", "kwargs"})
"""Names that Jinja2 itself gives in their places."""

_ABOVE = ("", "media")
"""Where the folders of tenants lie."""

_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def cover_files(scope: Scope, head: Head) -> Iterator[str]:
    """The files of the site that the cover pages of a tenant show. What cannot be read has a finding."""
    for account in scope.tenant.fax.accounts.values():
        if account.cover is None or account.cover not in scope.view.files:
            continue
        with contextlib.suppress(OSError):
            shown = shown_by(account.cover, head(account.cover, LARGEST))
            yield from (path for path in shown if path in scope.view.files)


def shown_by(cover: str, raw: bytes) -> Iterator[str]:
    """The paths of what a cover page shows, whether or not they are there."""
    for shown in _shown(raw.decode("utf-8-sig", "replace")):
        if path := _beside(cover, shown):
            yield path


def why_no_cover(scope: Scope, path: str, head: Head) -> str:
    """Why a file is no cover page; empty where it is one."""
    try:
        raw = head(path, LARGEST + 1)
    except OSError as error:
        return error.strerror or "it cannot be read"
    if len(raw) > LARGEST:
        return f"it is larger than {LARGEST >> 10} KiB"
    if raw.startswith(LFS):
        return "it is a Git LFS pointer; run `git lfs pull`"
    if not raw.strip() or b"\0" in raw:
        return "it is no text"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "it is no text in UTF-8"
    return _why_no_template(text) or _why_not_shown(scope, path, text)


def _why_no_template(text: str) -> str:
    """What Jinja2 would not read. It only parses: to compile a template works out its constants, and 9**9**9
    never ends.
    """
    # Late: most sites have no cover page.
    from jinja2 import TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment()
    try:
        return _why_unknown(environment, environment.parse(text))
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {str(error.message).rstrip('.')}"
    except RecursionError:
        return "its expressions stand in one another too deeply"


def _why_unknown(environment: "Environment", parsed: "Template") -> str:
    from jinja2 import nodes

    others = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
    if any(parsed.find(kind) for kind in others):
        return "it takes in another template, and a cover page is one file"
    for kind, known in ((nodes.Filter, environment.filters), (nodes.Test, environment.tests)):
        for node in parsed.find_all(kind):
            if node.name not in known:
                return f"line {node.lineno}: no {kind.__name__.lower()} is called {node.name}"
    names = list(parsed.find_all(nodes.Name))
    own = {one.name for one in names if one.ctx != "load"} | _JINJA | environment.globals.keys()
    own |= {macro.name for macro in parsed.find_all(nodes.Macro)}
    for one in names:
        if one.name not in own | VALUES:
            has = ", ".join(sorted(VALUES))
            return f"line {one.lineno}: nothing is called {one.name}; a fax has {has}"
    return ""


def _why_not_shown(scope: Scope, path: str, text: str) -> str:
    for shown in _shown(text):
        if _ELSEWHERE.match(shown):
            return f"it shows {shown}, and nothing is fetched: put the file beside it"
        if _beside(path, shown) not in scope.view.files:
            near = "right beside it" if posixpath.dirname(path) in _ABOVE else "beside it"
            return f"it shows {shown}, and there is no such file {near}"
    return ""


def _shown(text: str) -> list[str]:
    found = (match[1] or match[2] for match in _SHOWN.finditer(text))
    return [one.strip() for one in found if not one.strip().lower().startswith(("data:", "#"))]


def _beside(cover: str, shown: str) -> str:
    """The path in the site; empty for what lies neither beside the cover page nor in a folder there.

    The folders of `media/` itself are the tenants': a cover page above them shows nothing of theirs.
    """
    folder = posixpath.dirname(cover)
    if why_unsafe(shown) or ("/" in posixpath.normpath(shown) and folder in _ABOVE):
        return ""
    return posixpath.join(folder, shown)
