"""What a host is given of money: of its own tenants alone, the same bytes however it was compiled."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler import cache
from dialform.compiler.build import Options, Outcome, build
from dialform.compiler.check import Run
from dialform.compiler.pricing import book
from dialform.compiler.secrets import open_store
from dialform.compiler.terms import PRICES, TENANTS, Paid, Price, Prices, Terms
from dialform.compiler.terms_json import (
    TermsError,
    prices_from,
    prices_json,
    tenants_from,
    tenants_json,
)
from dialform.renderers import freeswitch
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[3]
HOSTS = """\
platform: test
domain: pbx.example.com
country: US
currency: USD
hosts:
  pbx1: {address: 203.0.113.10, paths: {certs: /etc/freeswitch/tls}, tenants: [acme]}
  pbx2: {address: 203.0.113.11, paths: {certs: /etc/freeswitch/tls}, tenants: [acme, zeta]}
"""
BILLING = """\
packages:
  office: {slots: {extensions: 9, voicemails: 9, devices: 9}, included: {voice_minutes: 10}}
rates:
  us: {service: voice, prefix: "+1", per_minute: "0.01"}
  fax: {service: fax, prefix: "+", per_page: "0.05", from: 2026-01-01}
  world: {file: rates/world.csv}
plans:
  p: {rates: [us, fax, world]}
partial_fax: charge
"""
ZETA = """\
company: Zeta
contact: it@zeta.example
timezone: Europe/Berlin
currency: EUR
subscription: {package: office, plan: p, since: 2026-11-01, on_zero_credit: block, overrides: {fax_pages: 7}}
limits: {daily: 5, low_credit_alert: "-3.50", hourly_spend_alert: "2"}
payments:
  inv-2: {date: 2026-11-03, amount: "200.00", note: wire}
  inv-1: {date: 2026-11-02, amount: "-1.5"}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    shutil.copytree(ROOT / "tests/sites/base", root)
    (root / "platform.yaml").write_text(HOSTS)
    (root / "billing.yaml").write_text(BILLING)
    (root / "rates").mkdir()
    (root / "rates/world.csv").write_text(
        "service,prefix,per_minute\nvoice,+,0.45\nvoice,+44,0.02\n"
    )
    (root / "tenants.d/zeta.yaml").write_text(ZETA)
    settle(root)
    return root


def settle(root: Path) -> None:
    """As if nothing had been written in this moment: then nothing has to be read twice."""
    for path in root.rglob("*"):
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))


def compiled(root: Path) -> Outcome:
    run = Run(scan(root), open_store(None, {}), 1)
    outcome = build(run, freeswitch, Options(root.parent / "out"))
    assert outcome.released, outcome.diagnostics
    return outcome


def given_to(root: Path, host: str) -> tuple[Prices, dict[str, Terms]]:
    folder = root.parent / "out" / host
    return (
        prices_from((folder / PRICES).read_bytes()),
        tenants_from((folder / TENANTS).read_bytes()),
    )


def test_prices_and_terms_are_what_the_site_says(site: Path) -> None:
    compiled(site)
    prices, tenants = given_to(site, "pbx2")
    assert prices == Prices(
        {
            "fax": (Price("fax", "fax", "outbound", "+", 50_000, start="2026-01-01"),),
            "us": (Price("us", "voice", "outbound", "+1", 10_000),),
            "world": (
                Price("world:1", "voice", "outbound", "+", 450_000),
                Price("world:2", "voice", "outbound", "+44", 20_000),
            ),
        },
        {"p": ("us", "fax", "world")},
        {"office": {"voice_minutes": 10}},
        partial_fax=True,
    )
    assert tenants["zeta"] == Terms(
        "zeta", "Zeta", "it@zeta.example", "Europe/Berlin", "EUR", "office", "p", "2026-11-01", True,
        {"fax_pages": 7}, 5, -1, -3_500_000, 2_000_000,
        (Paid("inv-1", "2026-11-02", -1_500_000), Paid("inv-2", "2026-11-03", 200_000_000, "wire")),
    )  # fmt: skip


def test_a_host_knows_its_own_tenants_and_no_others(site: Path) -> None:
    compiled(site)
    assert set(given_to(site, "pbx1")[1]) == {"acme"}
    assert set(given_to(site, "pbx2")[1]) == {"acme", "zeta"}
    assert b"zeta" not in (site.parent / "out/pbx1" / TENANTS).read_bytes()


def test_they_are_in_the_manifest_as_the_hosts_own_and_no_strangers_to_read(site: Path) -> None:
    compiled(site)
    for host in ("pbx1", "pbx2"):
        files = json.loads((site.parent / "out" / host / "manifest.json").read_bytes())["files"]
        for path in (PRICES, TENANTS):
            assert (files[path]["owner"], files[path]["mode"]) == (f"host {host}", "0640")
            assert (site.parent / "out" / host / path).stat().st_mode & 0o777 == 0o640


def test_cached_and_cold_are_the_same_bytes(site: Path) -> None:
    compiled(site)
    zeta = site / "tenants.d/zeta.yaml"
    zeta.write_text(ZETA.replace("note: wire", "note: by wire"))
    assert list(compiled(site).why) == ["zeta"]
    out = site.parent / "out"
    warm = {
        path: path.read_bytes() for path in out.rglob("billing/*.json") if ".next" not in str(path)
    }
    assert b"by wire" in (out / "pbx2" / TENANTS).read_bytes()
    cache.drop(out)
    compiled(site)
    assert warm == {path: path.read_bytes() for path in warm}


def test_one_changed_tenant_reads_no_file_of_prices(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(site)

    def read(path: str, raw: bytes) -> Any:
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr(book, "read_rates", read)
    (site / "tenants.d/zeta.yaml").write_text(ZETA.replace("Zeta", "Zeta Inc"))
    compiled(site)
    assert given_to(site, "pbx2")[1]["zeta"].company == "Zeta Inc"
    (site / "rates/world.csv").write_text("service,prefix,per_minute\nvoice,+,0.46\n")
    with pytest.raises(AssertionError, match="read again"):
        compiled(site)


def test_what_was_found_about_prices_is_still_told_when_nothing_of_them_changed(
    site: Path,
) -> None:
    (site / "billing.yaml").write_text(BILLING.replace("[us, fax, world]", "[us, fax]"))
    settle(site)
    first = [one for one in compiled(site).diagnostics if one.code == "DF1510"]
    (site / "tenants.d/zeta.yaml").write_text(ZETA + "do_not_call: []\n")
    again = [one for one in compiled(site).diagnostics if one.code == "DF1510"]
    assert first == again
    assert len(first) == 1


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
AMOUNT = st.integers(-(10**18), 10**18)
TERMS = st.builds(
    Terms, st.just("acme"), TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.booleans(),
    st.none() | st.dictionaries(TEXT, st.integers(0)), st.integers(), st.integers(),
    st.none() | AMOUNT, st.none() | AMOUNT,
    st.lists(st.builds(Paid, TEXT, TEXT, AMOUNT, TEXT), unique_by=lambda one: one.id).map(tuple),
)  # fmt: skip
PRICE = st.builds(Price, TEXT, TEXT, TEXT, TEXT, AMOUNT, free=st.booleans(), until=TEXT)
PRICES_ = st.builds(
    Prices,
    st.dictionaries(TEXT, st.lists(PRICE, max_size=3).map(tuple), max_size=3),
    st.dictionaries(TEXT, st.lists(TEXT, max_size=3).map(tuple), max_size=3),
    st.dictionaries(TEXT, st.dictionaries(TEXT, st.integers(0), max_size=3), max_size=3),
    st.booleans(),
)


class TestJson:
    @given(TERMS)
    def test_terms_come_back_as_they_were(self, terms: Terms) -> None:
        assert tenants_from(tenants_json([terms])) == {"acme": terms}

    @given(PRICES_)
    def test_prices_come_back_as_they_were(self, prices: Prices) -> None:
        assert prices_from(prices_json(prices)) == prices

    @pytest.mark.parametrize(
        "raw", [b"", b"[]", b"{}", b'{"version":2}', b'{"version":1}', b'{"version":1,"rates":3}']
    )
    def test_what_is_none_is_refused(self, raw: bytes) -> None:
        with pytest.raises(TermsError):
            prices_from(raw)
        with pytest.raises(TermsError):
            tenants_from(raw)
