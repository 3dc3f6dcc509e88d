"""The files that faxes are made of: documents by their kinds, and cover pages."""

from collections.abc import Iterator

from dialform.compiler.media import HEAD, LFS, Head, why_missing
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import fax as rules
from dialform.schema.tenant import Tenant

_KINDS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",), ".ps": (b"%!",), ".eps": (b"%!",), ".txt": (b"",),
    ".png": (b"\x89PNG\r\n\x1a\n",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\0", b"MM\0*"), ".tiff": (b"II*\0", b"MM\0*"), ".docx": (b"PK\x03\x04",),
}  # fmt: skip
"""What can be sent, by how a name ends, with the first bytes of each."""

_LARGEST_COVER = 256 * 1024


def fax_files(tenant: Tenant) -> Iterator[tuple[str, Path]]:
    """Each file of faxes that a tenant names, and where."""
    for slug, document in tenant.fax.documents.items():
        yield document.file, ("fax", "documents", slug, "file")
    for number, account in tenant.fax.accounts.items():
        if account.cover is not None:
            yield account.cover, ("fax", "accounts", number, "cover")


def check_fax_files(scope: Scope, head: Head) -> Iterator[Flaw]:
    """All findings about documents and cover pages. `head` may raise OSError."""
    for file, path in fax_files(scope.tenant):
        cover = path[-1] == "cover"
        if (missing := why_missing(scope, file, path)) is not None:
            yield missing
        elif reason := (_why_no_cover if cover else _why_no_document)(file, head):
            rule = rules.BadCover if cover else rules.NotAFaxDocument
            yield scope.flaw(rule, *path, path=file, reason=reason)


def _why_no_document(path: str, head: Head) -> str:
    ending = "." + path.rsplit(".", 1)[-1].lower()
    if ending not in _KINDS:
        return f"'{ending}' is none of {', '.join(_KINDS)}"
    try:
        start = head(path, HEAD)
    except OSError as error:
        return error.strerror or "it cannot be read"
    if not start:
        return "it is empty"
    if start.startswith(LFS):
        return "it is a Git LFS pointer; run `git lfs pull`"
    if not start.startswith(_KINDS[ending]) or (ending == ".txt" and b"\0" in start):
        return f"it does not begin like a {ending} file"
    return ""


def _why_no_cover(path: str, head: Head) -> str:
    # Late: most sites have no cover page.
    from jinja2 import TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

    try:
        raw = head(path, _LARGEST_COVER + 1)
    except OSError as error:
        return error.strerror or "it cannot be read"
    if len(raw) > _LARGEST_COVER:
        return f"it is larger than {_LARGEST_COVER // 1024} KiB"
    if raw.startswith(LFS):
        return "it is a Git LFS pointer; run `git lfs pull`"
    if not raw.strip() or b"\0" in raw:
        return "it is no text"
    try:
        SandboxedEnvironment().compile(raw.decode(), raw=True)
    except UnicodeDecodeError:
        return "it is no text in UTF-8"
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {str(error.message).rstrip('.')}"
    return ""
