"""How many channels, calls and registrations there are."""

import asyncio

import pytest

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions import counts


def test_each_is_asked_for_and_counted() -> None:
    replies = {"show channels count": "\n7 total.\n", "show calls count": "\n3 total.\n",
               "show registrations count": "\n0 total.\n"}  # fmt: skip

    async def ask(command: str) -> str:
        return replies[command]

    assert asyncio.run(counts(ask)) == {"channels": 7, "calls": 3, "registrations": 0}


@pytest.mark.parametrize(
    "reply", ["", "-ERR no reply", "total.", "x7 total.", "7 total. 8 total.", "-7 total."]
)
def test_what_is_no_count_is_said(reply: str) -> None:
    async def ask(_: str) -> str:
        return reply

    with pytest.raises(UnexpectedReply):
        asyncio.run(counts(ask))
