"""*411: a colleague by the letters of the name, inside the tenant and for its phones alone."""

from __future__ import annotations

import pytest

from . import lab
from .call import Call
from .conftest import Extension, Outsider
from .desk import desk
from .phone import Phone, answers
from .scene import scene
from .switch import Switch

CALLER, NUMBER, MENU = "+19175550100", "+17185550182", "+17185550184"


async def asked(phone: Phone) -> Call:
    """A call that is asked whom it wants."""
    call = await phone.call("*411")
    await call.answered()
    assert await call.media.hears(lab.WHO, within=8.0)
    return call


@pytest.mark.parametrize(
    ("letters", "found"),
    [("256#", "6004"), ("*236#", "6002"), ("965#", "6006"), ("787#", "6003")],
    ids=["by last name", "by first name", "with other letters", "support"],
)
def test_colleague_is_found_and_called(
    extension: Extension, switch: Switch, letters: str, found: str
) -> None:
    @scene
    async def finds() -> None:
        async with desk(extension, "pick/6001", f"pick/{found}") as (ann, colleague):
            colleague.behaviour = answers(hertz=600)
            call = await asked(ann)
            if letters.startswith("*"):
                await call.press("*")
                await call.media.hears_sound(within=1.0)
            await call.press(letters.lstrip("*"))
            assert await call.media.hears(lab.CHOOSE, within=15.0)
            await call.press("1")
            ringing = await colleague.rung(within=8.0)
            assert ringing.invite.addr("From").uri.user == "6001"
            assert await call.media.hears(600)
            await call.hangup()
        await switch.cdrs_where(2, dialform_extension="6001", dialform_tenant="pick")

    finds()


@scene
async def test_next_one_of_the_same_name(extension: Extension) -> None:
    async with desk(extension, "pick/6004", "pick/6001", "pick/6002") as (dan, ann, ben):
        call = await asked(dan)
        await call.press("725#")
        assert await call.media.hears(lab.CHOOSE, within=15.0)
        await call.press("6")
        await call.media.hears_sound(within=1.0)
        assert await call.media.hears(lab.CHOOSE, within=15.0)
        await call.press("1")
        await ben.rung(within=8.0)
        assert await ann.stays_quiet(0.2)


@pytest.mark.parametrize("letters", ["443#", "999#", "263#"])
def test_who_is_not_listed_is_not_found(extension: Extension, letters: str) -> None:
    """Who does not want to be; nobody; and a person of another tenant."""

    @scene
    async def none() -> None:
        async with desk(extension, "pick/6001") as (ann,):
            call = await asked(ann)
            await call.press(letters)
            assert await call.media.hears(lab.NOBODY, within=10.0)

    none()


@scene
async def test_no_caller_from_outside_gets_the_directory(
    extension: Extension, outsider: Outsider
) -> None:
    """Neither in a menu with direct_dial, nor where a phone sends him."""
    async with (
        desk(extension, "pick/6001", behaviour=answers(hertz=600)) as (ann,),
        outsider(CALLER, "third") as caller,
    ):
        assert await (await caller.call("*411")).refused() >= 403
        call = await caller.call(MENU)
        await call.answered()
        assert await call.media.hears(lab.MENU)
        await call.press("*411")
        assert not await call.media.hears(lab.WHO, within=3.0)
        await call.hangup()
        call = await caller.call(NUMBER)
        assert await call.media.hears(600)
        await (await ann.rung()).refer("*411")
        await call.ended()
