"""What a dialled number is to a tenant's people, and the route by which it leaves: as the dialplan has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialform.compiler import called as numbers
from dialform.compiler.called import called, urgent_route, way_out
from dialform.compiler.scope import Scope
from dialform.reconcile.sitefiles import SiteFiles
from dialform.values import replace

SITE = SiteFiles(Path(__file__).resolve().parents[2])


def scope(slug: str) -> Scope:
    found = SITE.tenant(slug)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("slug", "written", "kind", "number"),
    [
        ("acme", "911", numbers.EMERGENCY, "911"),
        ("acme", "1001", numbers.INSIDE, "1001"),
        ("acme", "600", numbers.INSIDE, "600"),
        ("acme", "5905", numbers.INSIDE, "5905"),
        ("acme", "+442079460000", numbers.OUTSIDE, "+442079460000"),
        ("acme", "011 44 20 7946 0000", numbers.OUTSIDE, "+442079460000"),
        ("acme", "(212) 555-0177", numbers.OUTSIDE, "+12125550177"),
        ("acme", "5550177", numbers.OUTSIDE, "+12125550177"),
        ("acme", "311", numbers.SHORT, "311"),
        ("nordlicht", "030 123456", numbers.OUTSIDE, "+4930123456"),
        ("nordlicht", "112", numbers.EMERGENCY, "112"),
        ("acme", "", numbers.NOBODY, ""),
        ("acme", "abc", numbers.NOBODY, "abc"),
        ("acme", "7777", numbers.NOBODY, "7777"),
        ("acme", "٣١١", numbers.NOBODY, "٣١١"),
    ],
)
def test_what_is_dialled(slug: str, written: str, kind: str, number: str) -> None:
    found = called(scope(slug), written)
    assert (found.kind, found.number) == (kind, number)


def test_what_is_the_tenants_own_has_a_name() -> None:
    assert called(scope("acme"), "1002").object == "extension 1002"
    assert called(scope("acme"), "5905").object == "parking slot 5905"


def test_a_route_takes_the_number() -> None:
    view = scope("acme").view
    names = {
        (number, service): way[0]
        for number in ("+12125550177", "+442079460000", "+19005550100", "311")
        for service in ("voice", "fax")
        if (way := way_out(view, number, service))
    }
    assert names == {
        ("+12125550177", "voice"): "us-voice", ("+12125550177", "fax"): "us-fax",
        ("+442079460000", "voice"): "world", ("+442079460000", "fax"): "world-fax",
        ("+19005550100", "voice"): "premium", ("+19005550100", "fax"): "us-fax",
        ("311", "voice"): "short",
    }  # fmt: skip
    assert way_out(view, "999", "voice") is None


def test_a_fax_machine_is_a_phone_where_no_fax_route_takes_the_number() -> None:
    view = scope("acme").view
    view = replace(view, routes={n: way for n, way in view.routes.items() if n != "world-fax"})
    found = way_out(view, "+442079460000", "fax")
    assert found is not None and found[0] == "world"


def test_an_emergency_number_has_a_route_of_its_own() -> None:
    view = scope("acme").view
    found = urgent_route(view, "112")
    assert found is not None and found[0] == "emergency-de"
    assert urgent_route(view, "311") is None
