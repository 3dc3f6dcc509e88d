"""One's own calls, whatever one's role."""

import asyncio
from datetime import UTC, datetime

from dialform.console.clocks import Clocks
from tests.acceptance.billedsite import Facts, fill, month

from ..stage import Stage

NOW = datetime(2026, 10, 20, 15, 0, tzinfo=UTC).timestamp()


def test_a_call_is_listed_for_its_two_sides_alone(stage: Stage) -> None:
    fill(stage.ledger, stage.site, month(Facts()))
    stage.ground.clocks = Clocks(wall=lambda: NOW)
    shown: dict[str, str] = {}

    async def look() -> None:
        for role in ("tenant_admin", "user", "end_user", "other"):
            async with stage.browser(role) as somebody:
                found = await somebody.get("/me/calls")
                assert found.status_code == 200
                shown[role] = found.text

    asyncio.run(look())
    rows = {role: text.count("<tr>") for role, text in shown.items()}
    assert rows["tenant_admin"] > 1
    assert rows["user"] > 1
    assert "You had no calls" in shown["other"]
    # An administrator of the tenant sees here what is her own, not all that is the tenant's.
    assert shown["tenant_admin"] != shown["user"]
