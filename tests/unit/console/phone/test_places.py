"""Where browsers find the switch: by names that a certificate can hold, or where a proxy says."""

from typing import Any

import pytest

from dialform.compiler.scope import PlatformView
from dialform.console.phone.places import origins, places
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform


def view(console: dict[str, Any] | None = None, **hosts: dict[str, Any]) -> PlatformView:
    platform = Platform.model_validate({
        "platform": "demo", "domain": "pbx.example.com", "country": "US", "timezone": "UTC",
        "currency": "USD", "hosts": hosts, "admins": ["@ops"],
        "emergency": {"caller_id": "+12125550101", "location": "here"},
        **({"console": {"base_url": "https://portal.example.com/", **console}} if console else {}),
    })  # fmt: skip
    return PlatformView(platform, {}, Billing.model_validate({}), {})


@pytest.mark.parametrize(("address", "found"), [
    ("pbx1.example.net", "wss://pbx1.example.net:5067"),
    ("203.0.113.10", "wss://pbx.example.com:5067"),
    ("127.0.0.1", "wss://127.0.0.1:5067"),
])  # fmt: skip
def test_a_host_is_found_by_a_name(address: str, found: str) -> None:
    assert places(view(a={"address": address}), "acme") == (found,)


def test_only_hosts_that_have_the_tenant_and_take_browsers() -> None:
    hosts = {
        "a": {"address": "a.example.net", "wave": 1, "ports": {"wss": 443}},
        "b": {"address": "b.example.net", "tenants": ["other-*"]},
        "c": {"address": "c.example.net", "ports": {"wss": None}},
        "d": {"address": "d.example.net"},
    }
    found = view(**hosts)
    assert places(found, "acme") == ("wss://d.example.net:5067", "wss://a.example.net:443")
    assert "wss://b.example.net:5067" in origins(found) and len(origins(found)) == 3


def test_a_proxy_stands_for_all_of_them() -> None:
    found = view({"websocket": "wss://portal.example.com/sip"}, a={"address": "a.example.net"})
    assert places(found, "acme") == ("wss://portal.example.com/sip",)
    assert origins(found) == ("wss://portal.example.com",)
    assert origins(None) == ()
