"""A tenant's contract: what only an administrator of the platform may change."""

from .names import company
from .shape import Shape
from .sitewide import PACKAGES
from .yamltext import Value, block, section

PERMISSIONS: tuple[str, ...] = (
    "send_fax", "receive_fax", "fax_setting", "contacts", "fpbx_extension", "devices",
    "ring_groups", "call_queues", "ivr_menus", "voicemails", "conferences", "music_on_hold",
    "follow_me", "inbound_routes", "realtime",
)  # fmt: skip
COUNTRY_CURRENCY = {"US": "USD", "GB": "GBP", "DE": "EUR"}


def account(tenant: Shape) -> str:
    """The YAML of the tenant's account."""
    rng, area = tenant.rng, tenant.area
    head: dict[str, Value] = {
        "company": company(rng),
        "contact": f"it@{tenant.slug}.example",
        "country": area.country,
        "timezone": area.timezone,
        "currency": COUNTRY_CURRENCY[area.country],
    }
    if tenant.index % 10 == 7:
        head["domain"] = f"pbx.{tenant.slug}.example"
    if tenant.dids:
        head["caller_id"] = tenant.dids[0]
        head["emergency"] = {"caller_id": tenant.dids[0], "location": area.address}
    head["limits"] = {
        "daily": rng.choice((-1, 500, 1000)),
        "monthly": rng.choice((-1, 10000, 20000)),
        "concurrent_calls": rng.choice((10, 20, 40)),
        "low_credit_alert": "25.00",
    }
    head["permissions"] = list(PERMISSIONS)
    subscription: dict[str, Value] = {
        "package": PACKAGES[tenant.index % len(PACKAGES)],
        "plan": "standard",
        "since": f"2026-{1 + tenant.index % 11:02d}-01",
        "on_zero_credit": rng.choice(("continue", "continue", "block")),
    }
    if tenant.index % 8 == 3:
        subscription["overrides"] = {"voice_minutes": 5000, "music_on_hold": 4}
    head["subscription"] = subscription
    payments: dict[str, Value] = {
        f"inv-{tenant.index:04d}-{n}": {
            "date": f"2026-{10 + n:02d}-03",
            "amount": f"{rng.randrange(50, 500)}.00",
            "note": "wire transfer",
        }
        for n in range(2)
    }
    numbers: dict[str, Value] = {
        did: {"provider": "backup" if n % 5 == 4 else "mycarrier", "description": f"Line {n + 1}"}
        for n, did in enumerate(tenant.dids)
    }
    return block(head) + section("payments", payments) + section("numbers", numbers)
