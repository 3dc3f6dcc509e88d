"""Whatever an operator writes ends in findings: mutated demo files, and hostile texts in every field."""

import copy
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialform.cli.entry import main
from dialform.compiler.check import Run, validate
from dialform.compiler.secrets import open_store
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.document import load
from dialform.schema.reader import read
from dialform.schema.shape import shape_check
from dialform.schema.tenant import Tenant
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    "platform.yaml", "routes.yaml", "billing.yaml", "providers.d/mycarrier.yaml",
    "tenants.d/acme/account.yaml", "tenants.d/acme/pbx.yaml", "tenants.d/janes-bakery.yaml",
    "tenants.d/nordlicht/callflow.yaml", "tenants.d/nordlicht/people.yaml",
]  # fmt: skip
PARTS = (
    "platform.yaml",
    "routes.yaml",
    "billing.yaml",
    "providers.d",
    "tenants.d",
    "media",
    "rates",
)
RELAXED = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    for part in PARTS:
        source = ROOT / part
        shutil.copytree(source, folder / part) if source.is_dir() else shutil.copy2(source, folder)
    yield folder
    shutil.rmtree(folder)


def checked(site: Path, file: str, raw: bytes) -> list[Diagnostic]:
    """The findings of the site with one file replaced; the file is put back."""
    path = site / file
    before = path.read_bytes()
    path.write_bytes(raw)
    try:
        found = validate(Run(scan(site), open_store(None, {}), 1))
    finally:
        path.write_bytes(before)
    assert found == sorted(found, key=lambda d: d.order)
    lines = raw.decode("utf-8", "replace").count("\n") + 1
    for finding in found:
        assert finding.message
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.end >= finding.column
        if finding.file == file:
            assert finding.line <= lines
    return found


@RELAXED
@given(
    file=st.sampled_from(FILES),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)),
        min_size=1,
        max_size=4,
    ),
)
def test_bytes_cut_out_and_put_in(site: Path, file: str, cuts: list[Any]) -> None:
    raw = (site / file).read_bytes()
    for where, length, new in cuts:
        at = int(where * len(raw))
        raw = raw[:at] + new + raw[at + length :]
    checked(site, file, raw)


SCRAPS = st.sampled_from(
    ["{", "}", "[", "]", ": ", "- ", "&a", "*a", "!!str x", "<<: ", "\t", "'", '"', "|\n", "? ", "null",
     "true", "-1", "0x1", "9" * 4500, "${system id}", "$${x}", "\u202e", "\ufeff", "\x07", "é" * 300,
     "---", "#", "{a: {a: {a: 1}}}", "\u2028", "=", "1e9", "{secret: ../../x}", "x-pre-process"]
)  # fmt: skip


@RELAXED
@given(
    file=st.sampled_from(FILES),
    edits=st.lists(
        st.tuples(
            st.floats(0, 0.9999), st.sampled_from(["replace", "insert", "double", "drop"]), SCRAPS
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_lines_and_values_replaced(site: Path, file: str, edits: list[Any]) -> None:
    lines = (site / file).read_text("utf-8").split("\n")
    for where, what, scrap in edits:
        at = int(where * len(lines))
        key, colon, _ = lines[at].partition(": ")
        if what == "replace":
            lines[at] = f"{key}{colon}{scrap}"
        elif what == "insert":
            lines.insert(at, scrap)
        elif what == "double":
            lines.insert(at, lines[at])
        elif len(lines) > 1:
            del lines[at]
    checked(site, file, "\n".join(lines).encode("utf-8", "surrogatepass"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12)
    | st.sampled_from(["1001", "600", "700", "+12125550199", "office", "acme"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def paths(data: Any, base: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield (*base, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*base, key))


def _tenant() -> dict[str, Any]:
    names = ("account", "pbx")
    contents = [(n, (ROOT / f"tenants.d/acme/{n}.yaml").read_bytes()) for n in names]
    document, findings = load("tenants.d/acme", contents)
    assert findings == []
    return document.data


ACME = _tenant()
PLACES = list(paths(ACME))


def dumped(value: Any) -> str:
    """Data as flow YAML with every text quoted: what is read back is what was meant."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{dumped(str(k))}: {dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(dumped(one) for one in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    escaped = "".join(
        c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in value
    )
    return f'"{escaped}"'


@RELAXED
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value_at_any_place_of_a_tenant(site: Path, place: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(ACME)
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with_one_file = site / "tenants.d/acme"
    (with_one_file / "pbx.yaml").rename(with_one_file / "pbx.kept")
    try:
        try:
            raw = dumped(data).encode("utf-8", "strict")
        except UnicodeEncodeError:
            return  # a lone surrogate is no text that a file could hold
        checked(site, "tenants.d/acme/account.yaml", raw)
    finally:
        (with_one_file / "pbx.kept").rename(with_one_file / "pbx.yaml")


HOSTILE = [
    '"', "&", "<", ">", "'", "${system id}", "$${x}", "$1", "a\nb", "😀", "\u202e", "<?x", "<!--#exec x",
    "X-PRE-PROCESS", "[a=b]", ",", "|", "x" * 5000, "\\", "a;b", "^^:a=b", "]]>", "\x85", "../..", "%s",
]  # fmt: skip
TEXTS = [
    place for place in PLACES
    if isinstance(place[-1], str) and place[-1] in
    ("company", "name", "description", "label", "email", "header", "greeting", "location", "deliver_to",
     "caller_id", "user", "strategy", "music", "value")
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:12]) for text in HOSTILE])
def test_a_hostile_text_is_refused_or_kept_as_it_is(text: str) -> None:
    """Every text field: a finding in this field, or a model that holds exactly this text."""
    for place in TEXTS:
        data = copy.deepcopy(ACME)
        inner = data
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = text
        tenant, flaws = shape_check(Tenant, "x", data)
        if tenant is None:
            assert any(flaw.path[: len(place)] == place for flaw in flaws), place
            continue
        found: Any = tenant
        for step in place:
            found = found[step] if isinstance(found, dict | list) else getattr(found, str(step))
        assert found == text, place
        # What is kept must be harmless to the switch's variables and preprocessor.
        assert "${" not in text
        assert "\n" not in text
        assert "x-pre-process" not in text.lower()


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b"{a: " * 50_000, b"a: " + b"x" * 5_000_000, b"a: " + b"9" * 4_500,
     "".join(f"k{n}: {n}\n" for n in range(100_000)).encode(), b"x" * 6_000_000, b"? " * 30_000,
     b"- " * 30_000, b"a: |\n" + b" x\n" * 100_000, b"\xff\xfe\x00", b"\x00" * 1000],
    ids=lambda raw: repr(raw[:8]),
)  # fmt: skip
def test_a_bomb_ends_in_findings(site: Path, raw: bytes) -> None:
    found = checked(site, "tenants.d/janes-bakery.yaml", raw)
    mine = [d for d in found if d.file == "tenants.d/janes-bakery.yaml"]
    assert any(d.severity is Severity.ERROR for d in mine)


@RELAXED
@given(st.binary(max_size=400))
def test_the_reader_never_raises(raw: bytes) -> None:
    source, findings = read("f.yaml", raw)
    assert source.readable or findings


@pytest.mark.parametrize("file", FILES)
def test_a_broken_file_exits_3(site: Path, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = site / file
    before = path.read_bytes()
    path.write_bytes(before + b"\nzzz: {not: [closed\n")
    try:
        assert main(["validate", "--site", str(site), "--format", "json"]) == 3
        out = Path(os.devnull)
        assert main(["compile", "--site", str(site), "--out", str(site / "out")]) == 3
        assert not (site / "out/pbx1").exists(), out
    finally:
        path.write_bytes(before)
    assert "Traceback" not in capsys.readouterr().err
