"""Cover pages: HTML with values of the fax, and the pictures and fonts that lie beside it."""

import contextlib
import posixpath
import re
from collections.abc import Iterator

from dialform.compiler.media import LFS, Head, why_unsafe
from dialform.compiler.scope import Scope

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
    r"""(?:\bsrc|\bbackground|<link\b[^>]*\bhref)\s*=\s*["']([^"'{}]+)["']"""
    r"""|\burl\(\s*["']?([^"'(){}]+?)["']?\s*\)""",
    re.IGNORECASE,
)
"""How HTML and CSS name a file that they show."""

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
    # Late: most sites have no cover page.
    from jinja2 import TemplateSyntaxError, meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment()
    try:
        environment.compile(text, raw=True)  # finds filters that there are not, too
        parsed = environment.parse(text)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {str(error.message).rstrip('.')}"
    if list(meta.find_referenced_templates(parsed)):
        return "it takes in another template, and a cover page is one file"
    unknown = meta.find_undeclared_variables(parsed) - VALUES - environment.globals.keys()
    if unknown:
        return f"nothing is called {sorted(unknown)[0]}; a fax has {', '.join(sorted(VALUES))}"
    return ""


def _why_not_shown(scope: Scope, path: str, text: str) -> str:
    for shown in _shown(text):
        if _ELSEWHERE.match(shown):
            return f"it shows {shown}, and nothing is fetched: put the file beside it"
        if _beside(path, shown) not in scope.view.files:
            return f"it shows {shown}, and there is no such file beside it"
    return ""


def _shown(text: str) -> list[str]:
    found = (match[1] or match[2] for match in _SHOWN.finditer(text))
    return [one.strip() for one in found if not one.strip().lower().startswith(("data:", "#"))]


def _beside(cover: str, shown: str) -> str:
    """The path in the site; empty for what lies neither beside the cover page nor in a folder there."""
    return "" if why_unsafe(shown) else posixpath.join(posixpath.dirname(cover), shown)
