"""Which compiled files a proof is made on, and how a report of it is written."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.secrets import open_store
from dialform.proof import words
from dialform.proof.collect import Case, chosen, collect, tenants_with_tests
from dialform.proof.compiled import Compiled, Options, SiteError, compiled, mentioning, restricted
from dialform.proof.hours import Hours
from dialform.proof.junit import junit
from dialform.proof.moment import shown
from dialform.proof.runner import Result
from dialform.proof.sources import Sources
from dialform.proof.verdict import Unmet
from dialform.schema.calltest import CallTest
from dialform.schema.diagnostic import Place
from dialform.schema.tree import Tree, scan

PLATFORM = """platform: p
domain: pbx.example.com
country: US
hosts:
  west: {address: 203.0.113.10, tenants: ["b*"]}
  east: {address: 203.0.113.11}
"""


def tenant(number: int) -> str:
    return (
        f"company: Tenant {number}\npermissions: [fpbx_extension, inbound_routes]\n"
        "subscription: {package: p}\n"
        f'numbers: {{"+1212555{1000 + number}": {{provider: one}}}}\n'
        'extensions: {"1001": {name: A}}\n'
        f'inbound_routes: {{"+1212555{1000 + number}": {{extension: "1001"}}}}\n'
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "tenants.d").mkdir(parents=True)
    (root / "providers.d").mkdir()
    (root / "platform.yaml").write_text(PLATFORM)
    (root / "billing.yaml").write_text("packages: {p: {slots: {extensions: 5}}}\n")
    (root / "routes.yaml").write_text(
        'routes: {sos: {exact: ["911"], toll: emergency, providers: [one]}}\n'
    )
    (root / "providers.d/one.yaml").write_text("host: 198.51.100.1\nregister: false\n")
    for number, slug in enumerate(("acme", "bravo", "charlie")):
        (root / f"tenants.d/{slug}.yaml").write_text(tenant(number))
    return root


def options(root: Path) -> Options:
    return Options(root / "out", lambda: open_store(None, {}))


def everybody(tree: Tree) -> Callable[[], list[str]]:
    return lambda: list(tree.tenants)


def old(root: Path) -> None:
    """Files as if written a while ago: what changes now is told from what was there."""
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (1_700_000_000, 1_700_000_000))


def test_compiled_once_and_again_only_after_a_change(root: Path) -> None:
    old(root)
    tree = scan(root)
    first = compiled(tree, options(root), everybody(tree))
    assert first.folder == root / "out/.proof/all"
    assert first.why
    stamp = (first.folder / ".cache/stamp.json").stat().st_mtime_ns
    again = compiled(scan(root), options(root), everybody(tree))
    assert again.folder == first.folder
    assert (first.folder / ".cache/stamp.json").stat().st_mtime_ns == stamp, "nothing was compiled"
    (root / "tenants.d/acme.yaml").write_text(tenant(7))
    compiled(scan(root), options(root), everybody(tree))
    assert (first.folder / ".cache/stamp.json").stat().st_mtime_ns != stamp


def test_hosts_in_the_order_in_which_they_are_written(root: Path) -> None:
    tree = scan(root)
    found = compiled(tree, options(root), everybody(tree))
    order = Sources(tree).hosts
    assert order == ["west", "east"]
    assert found.hosts(order) == ["west", "east"]
    assert found.hosts(order, "bravo") == ["west", "east"]
    assert found.hosts(order, "acme") == ["east"]
    assert found.hosts(order, "nobody") == []


def test_of_many_tenants_only_those_that_are_needed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialform.proof.compiled._FEW", 2)
    tree = scan(root)
    found = compiled(tree, options(root), lambda: ["bravo", "no-such"])
    assert found.folder == root / "out/.proof/some"
    assert sorted(p.name for p in found.conf("west").glob("tenants/*")) == ["bravo"]
    # What is wrong elsewhere is no matter.
    (root / "tenants.d/acme.yaml").write_text("company: [1]\n")
    assert compiled(scan(root), options(root), lambda: ["bravo"]).folder == found.folder
    with pytest.raises(SiteError) as caught:
        compiled(scan(root), options(root), lambda: ["acme"])
    assert {d.file for d in caught.value.diagnostics} == {"tenants.d/acme.yaml"}


def test_a_restricted_site_has_no_call_tests_and_no_files_of_others(root: Path) -> None:
    (root / "calls.d").mkdir()
    (root / "calls.d/x.yaml").write_text("calls: []\n")
    part = restricted(scan(root), ["acme"])
    assert part.calls == []
    assert list(part.tenants) == ["acme"]
    assert [p for p in part.entries if p.startswith(("tenants.d", "calls.d"))] == [
        "tenants.d/acme.yaml"
    ]


def test_tenants_that_mention_a_number(root: Path) -> None:
    tree = scan(root)
    assert mentioning(tree, "+12125551001", "anonymous") == {"bravo"}
    assert mentioning(tree, "2125551002") == {"charlie"}, "in the national form too"
    assert mentioning(tree, "1001") == {"acme", "bravo", "charlie"}
    assert mentioning(tree, "anonymous") == set()


def test_call_tests_are_found_where_they_stand(root: Path) -> None:
    (root / "tenants.d/bravo.yaml").write_text(
        tenant(1) + 'limits: {concurrent_calls: 3}\n"calls":\n'
        '  - {from: "1001", to: "911", expect: {rings: "911"}}\n'
    )
    (root / "tenants.d/acme.yaml").write_text(tenant(0) + "limits: {concurrent_calls: 3}\n")
    (root / "calls.d/deep").mkdir(parents=True)
    (root / "calls.d/deep/x.yaml").write_text(
        "calls:\n"
        '  - {name: by number, from: "+13125550100", to: "+12125551002", expect: {rings: "1001"}}\n'
        '  - {tenant: acme, from: "1001", to: "911", press: "1", expect: {rings: "911"}}\n'
    )
    tree = scan(root)
    assert tenants_with_tests(tree) == ["bravo"], "concurrent_calls is no test"
    cases = collect(Sources(tree), lambda number: "charlie" if number == "+12125551002" else "")
    assert [(case.tenant, case.place.file, case.place.line) for case in cases] == [
        ("bravo", "tenants.d/bravo.yaml", 9), ("charlie", "calls.d/deep/x.yaml", 2),
        ("acme", "calls.d/deep/x.yaml", 3),
    ]  # fmt: skip
    titles = ["1001 → 911", "by number", "1001 → 911 press 1"]
    assert [case.title for case in cases] == titles
    assert chosen(cases, []) == cases
    assert chosen(cases, ["BY num"]) == [cases[1]]
    assert chosen(cases, ["*press 1"]) == [cases[2]]
    assert chosen(cases, ["deep/x.yaml:2"]) == [cases[1]]
    assert chosen(cases, ["911"], ["acme"]) == [cases[2]]


TEST = CallTest.model_validate({"from": "1001", "to": "1002", "expect": {"rings": "1002"}})


@given(st.text(max_size=40), st.text(max_size=40))
def test_junit_is_xml_whatever_stands_in_it(happened: str, trace: str) -> None:
    case = Case("acme", TEST, Place("calls.d/x.yaml", 3))
    results = [
        Result(case), Result(case, [Unmet("rings", "1002 to ring", happened)]),
        Result(case, problem="no host"),
    ]  # fmt: skip
    root = ElementTree.fromstring(junit(results, lambda _: trace).encode())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    assert [len(one) for one in root.iter("testcase")] == [0, 1, 1]


def test_the_condition_that_an_action_stands_in(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(
        '<extension name="schedule-office">\n'
        '  <condition field="destination_number" expression="^x$">\n    <action/>\n  </condition>\n'
        '  <condition mon="12" mday="25">\n    <action/>\n  </condition>\n'
        '  <condition wday="2" minute-of-day="1-2">\n    <action/>\n  </condition>\n'
        "  <condition>\n    <action/>\n  </condition>\n</extension>\n"
    )
    hours = Hours(tmp_path)
    assert hours.condition("x.xml", 1, 6) == (0, False)
    assert hours.condition("x.xml", 1, 9) == (1, False)
    assert hours.condition("x.xml", 1, 12) == (2, True)
    assert hours.condition("gone.xml", 1, 12) == (-2, False)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (2.5, "2.5 s"),
        (25, "25 s"),
        (119.96, "120 s"),
        (120, "2 min"),
        (125.2, "2 min 5 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


def test_moments_for_people() -> None:
    assert shown(datetime(2026, 12, 24, 10, tzinfo=UTC)) == "Thu 2026-12-24 10:00 UTC"
    assert shown(datetime(2026, 12, 24, 10, 0, 5, tzinfo=UTC)) == "Thu 2026-12-24 10:00:05 UTC"


def test_a_folder_without_hosts() -> None:
    assert Compiled(Path("/nowhere")).hosts([]) == []
