"""The files that faxes are made of: the compiler refuses what could not be sent, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.faxfiles import check_fax_files
from dialform.compiler.scope import PlatformView, Scope
from dialform.fax.documents.kinds import KINDS, OTHERS, kind_of
from dialform.fax.documents.limits import DocumentError
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.tenant import Tenant

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)
MAGIC = [magic for kind in KINDS for magic in kind.magic] + [b"", b"\xef\xbb\xbf", b"\xff\xfe"]
ENDINGS = [ending for kind in KINDS for ending in kind.endings] + [
    "",
    ".PDF",
    ".final",
    *sorted(OTHERS),
]


def reasons(name: str, content: bytes, key: str = "file") -> list[str]:
    """Why a file is no document, or with `cover` no cover page."""
    fax = (
        {"documents": {"d": {"file": name}}}
        if key == "file"
        else {"accounts": {"1050": {key: name}}}
    )
    tenant = Tenant.model_validate({"company": "Acme", "fax": fax})
    view = PlatformView(PLATFORM, {}, Billing(), {}, files=frozenset({name}))
    scope = Scope("acme", "tenants.d/acme", tenant, view)
    found = check_fax_files(scope, lambda path, size=64, /: content[:size])
    return [flaw.values["reason"] for flaw in found]


@given(
    st.sampled_from(MAGIC),
    st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)),
    st.sampled_from(ENDINGS),
)
def test_what_is_refused_here_is_refused_when_it_is_sent(
    magic: bytes, rest: bytes, ending: str
) -> None:
    name, content = f"media/document{ending}", magic + rest
    try:
        kind_of(content, name)
    except DocumentError:
        assert reasons(name, content)
    else:
        assert not reasons(name, content)


def test_a_pointer_of_git_lfs_is_no_document() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"
    assert "git lfs pull" in reasons("media/notes.txt", pointer)[0]
    assert "git lfs pull" in reasons("media/cover.html", pointer, "cover")[0]


def test_a_cover_that_cannot_be_read_is_told() -> None:
    def locked(path: str, size: int = 64, /) -> bytes:
        raise PermissionError(13, "Permission denied")

    tenant = Tenant.model_validate(
        {"company": "A", "fax": {"accounts": {"1050": {"cover": "media/c"}}}}
    )
    view = PlatformView(PLATFORM, {}, Billing(), {}, files=frozenset({"media/c"}))
    scope = Scope("acme", "tenants.d/acme", tenant, view)
    assert [flaw.values["reason"] for flaw in check_fax_files(scope, locked)] == [
        "Permission denied"
    ]
