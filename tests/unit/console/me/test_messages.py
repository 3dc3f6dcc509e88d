"""Messages in mailboxes: seen, listened to, marked, deleted; and whose they are."""

import asyncio
from pathlib import Path

from ..stage import Stage
from .conftest import Switch

BOB = "/me/voicemail/1002"


def test_a_message_is_listed_with_who_left_it(stage: Stage, switch: Switch) -> None:
    switch.leaves("1002", "Zoë: <x> & y", "+19175550100")

    async def look() -> None:
        async with stage.browser("user") as bob:
            page = await bob.get(BOB)
            assert page.status_code == 200
            assert "Zoë: &lt;x&gt; &amp; y" in page.text
            assert "0:03" in page.text
            assert "2026-11-28 07:00" in page.text  # New York

    asyncio.run(look())
