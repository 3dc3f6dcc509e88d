"""A small tenant with phones, as plain data to be changed."""

import copy
import os
from typing import Any

from dialform.compiler.phones.resolved import Phone
from dialform.compiler.resolve import resolve_tenant
from dialform.compiler.scope import PlatformView, Scope
from dialform.compiler.secrets import SecretStore, open_store
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.route import Routes
from dialform.schema.rule import Flaw
from dialform.schema.tenant import Tenant

MAC = "805ec0a00004"

_PLATFORM: dict[str, Any] = {
    "platform": "test", "domain": "pbx.example.com", "country": "US", "timezone": "America/New_York",
    "hosts": {"pbx1": {"address": "203.0.113.10"}},
    "provisioning": {"base_url": "https://pbx.example.com/provision"},
}  # fmt: skip
_ROUTES = {"routes": {"sos": {"exact": ["911"], "toll": "emergency", "providers": ["one"]}}}
_TENANT: dict[str, Any] = {
    "company": "Acme",
    "extensions": {
        "1001": {"name": "Alice Doe", "voicemail": True},
        "1002": {"name": "Bob Roe", "srtp": "required"},
    },
    "paging": {"950": {"members": ["1001"]}},
    "parking": {"lot": "5900", "slots": "5901-5903"},
    "device_profiles": {"desk": {}},
    "devices": {
        MAC: {"label": "Desk", "vendor": "yealink", "model": "t46s", "profile": "desk",
              "lines": [{"extension": "1001"}]},
    },
}  # fmt: skip


def scope(
    device: dict[str, Any] | None = None, profile: dict[str, Any] | None = None,
    tenant: dict[str, Any] | None = None, platform: dict[str, Any] | None = None,
) -> Scope:  # fmt: skip
    """The tenant with other values in its phone, its profile, itself and the platform."""
    made, shared = copy.deepcopy(_TENANT) | (tenant or {}), _PLATFORM | (platform or {})
    made["devices"][MAC] |= device or {}
    made["device_profiles"]["desk"] |= profile or {}
    view = PlatformView(
        Platform.model_validate(shared), Routes.model_validate(_ROUTES).routes, Billing(), {}
    )
    return Scope("acme", "tenants.d/acme", Tenant.model_validate(made), view)


def resolved(
    one: Scope | None = None, store: SecretStore | None = None
) -> tuple[list[Phone], list[Flaw]]:
    """The tenant's phones, and what of their secrets could not be read."""
    ready, flaws = resolve_tenant(one or scope(), store or open_store(None, dict(os.environ)))
    return list(ready.phones), flaws


def phone(**changes: Any) -> Phone:
    """The tenant's phone, after changes of `scope`."""
    return resolved(scope(**changes))[0][0]
