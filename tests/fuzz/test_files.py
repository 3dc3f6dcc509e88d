"""Files of the demo site with characters, lines and whole files changed."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .demo import FILES, Site, errors

NAMES = st.sampled_from(sorted(FILES))
FORMS = st.sampled_from(["text", "json", "sarif", "github"])
SCRAPS = st.one_of(
    st.binary(max_size=8),
    st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [b"\x00", b"\xff", b"\t", b"\r", b"{", b"}", b"[", b"]", b":", b": ", b"- ", b"#", b"&a", b"*a", b"!!int",
         b"<<: ", b"'", b'"', b"|\n", b"---\n", b"${x}", b"<?", b"\xe2\x80\xa8", b"\xef\xbb\xbf",
         b"<<<<<<< HEAD\n", b"=======\n", b"# dialform: ignore[DF1204] x", b"10:00", b"9" * 4500]
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@st.composite
def broken(draw: st.DrawFn, content: bytes) -> bytes:
    """A file's content with one to three changes."""
    for _ in range(draw(st.integers(1, 3))):
        lines = content.split(b"\n")
        line = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        match draw(
            st.sampled_from(["cut", "insert", "replace", "drop", "twice", "swap", "indent", "half"])
        ):
            case "cut":
                content = content[:start] + content[end:]
            case "insert":
                content = content[:start] + draw(SCRAPS) + content[start:]
            case "replace":
                content = content[:start] + draw(SCRAPS) + content[end:]
            case "drop":
                content = b"\n".join(lines[:line] + lines[line + 1 :])
            case "twice":
                content = b"\n".join([*lines[:line], lines[line], *lines[line:]])
            case "swap":
                lines[line], lines[other] = lines[other], lines[line]
                content = b"\n".join(lines)
            case "indent":
                lines[line] = b" " * draw(st.integers(1, 3)) + lines[line]
                content = b"\n".join(lines)
            case "half":
                content = content[:start]
    return content


@given(NAMES, st.data(), FORMS)
def test_characters_and_lines(site: Site, name: str, data: st.DataObject, form: str) -> None:
    site.restore()
    site.put(name, data.draw(broken(FILES[name])))
    found = site.check()
    assert site.status(form) == (3 if errors(found) else 0)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4))
def test_files_in_one_anothers_places(site: Site, swaps: list[tuple[str, str]]) -> None:
    site.restore()
    for name, other in swaps:
        site.put(name, FILES[other])
    found = site.check()
    if any(name.split("/")[0] != other.split("/")[0] for name, other in swaps[-1:]):
        assert errors(found)
        assert site.status() == 3


@given(NAMES, st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)))
def test_a_file_of_anything(site: Site, name: str, content: bytes) -> None:
    site.restore()
    site.put(name, content)
    site.check()


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("kind", ["gone", "empty", "folder", "link", "pipe", "binary"])
def test_a_file_that_is_none(name: str, kind: str) -> None:
    with Site() as site:
        path = site.root / name
        path.unlink()
        match kind:
            case "empty":
                path.touch()
            case "folder":
                path.mkdir()
            case "link":
                path.symlink_to("/etc/hostname")
            case "pipe":
                os.mkfifo(path)
            case "binary":
                path.write_bytes(bytes(range(256)) * 16)
        found = site.check()
        assert site.status() == (3 if errors(found) else 0)
        if kind in ("link", "pipe", "binary"):
            assert errors(found)


def test_half_a_site() -> None:
    for keep in (*FILES, ""):
        with Site() as site:
            for name in FILES:
                if name != keep:
                    (site.root / name).unlink()
            shutil.rmtree(site.root / "media")
            found = site.check()
            assert errors(found) or keep == "platform.yaml"
            assert site.status() == (3 if errors(found) else 0)
