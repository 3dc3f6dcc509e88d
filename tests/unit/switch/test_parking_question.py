"""Who waits in which parking slot, as `valet_info` says it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from dialform.switch import UnexpectedReply
from dialform.switch.questions import Parked, parked

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
SAID = (
    '<lots>\n  <lot name="b@x.example">\n  </lot>\n  <lot name="a@y.example">\n'
    f'    <extension uuid="{TWO}">5902</extension>\n    <extension uuid="{ONE}">5901</extension>\n'
    "  </lot>\n</lots>\n"
)
"""As mod_valet_parking.c writes it: an empty lot stays."""


def saying(text: str) -> Callable[[str], Awaitable[str]]:
    async def ask(command: str) -> str:
        assert command == "valet_info"
        return text

    return ask


def test_calls_are_listed_by_lot_and_slot() -> None:
    found = asyncio.run(parked(saying(SAID)))
    assert found == [Parked("a@y.example", "5901", ONE), Parked("a@y.example", "5902", TWO)]


def test_no_lot_and_no_module_are_nobody() -> None:
    assert asyncio.run(parked(saying("<lots>\n</lots>\n"))) == []
    assert asyncio.run(parked(saying("-ERR no reply\n"))) == []


@pytest.mark.parametrize("text", ["", "+OK\n", "<lots>\n", SAID[:-3]])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(UnexpectedReply):
        asyncio.run(parked(saying(text)))
