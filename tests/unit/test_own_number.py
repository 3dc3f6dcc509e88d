"""The number that a tenant shows whose account names none."""

from typing import Any

import pytest

from dialform.compiler.resolve import resolve_tenant
from dialform.compiler.scope import PlatformView, Scope
from dialform.compiler.secrets import open_store
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.tenant import Tenant

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)
LOW, MIDDLE, HIGH = "+12125550150", "+12125550160", "+12125550199"
FAX, PHONE = {"fax": "1050"}, {"extension": "1001"}


def shown(routes: dict[str, Any], **account: Any) -> str:
    tenant = Tenant.model_validate(
        {
            "company": "Acme",
            "numbers": {number: {"provider": "one"} for number in (HIGH, LOW, MIDDLE)},
            "inbound_routes": routes,
            **account,
        }
    )
    view = PlatformView(PLATFORM, {}, Billing(), {})
    resolved, _ = resolve_tenant(
        Scope("acme", "tenants.d/acme", tenant, view), open_store(None, {})
    )
    return resolved.caller_id


@pytest.mark.parametrize(
    ("routes", "number"),
    [
        ({}, LOW),
        ({LOW: PHONE, HIGH: PHONE}, LOW),
        ({LOW: FAX, HIGH: PHONE}, MIDDLE),
        ({"212-555-0150": FAX, MIDDLE: FAX}, HIGH),
        ({LOW: FAX, MIDDLE: FAX, HIGH: FAX}, LOW),
    ],
)
def test_the_lowest_number_that_is_no_fax_number(routes: dict[str, Any], number: str) -> None:
    assert shown(routes) == number


def test_a_number_that_the_account_names_goes_before() -> None:
    assert shown({LOW: FAX}, caller_id=HIGH) == HIGH
    assert shown({LOW: FAX}, caller_id=LOW) == LOW
