"""What the tests of rooms share: how a phone comes in, and who is there."""

from __future__ import annotations

from . import lab
from .phone import Call, Phone
from .site import secret_text
from .switch import Switch

CALLER = "+19175550100"
ONE, TWO, THREE = "rooms/6001", "rooms/6002", "rooms/6003"
PIN, MODERATOR, CHAIR = map(secret_text, ("rooms-pin", "rooms-moderator", "rooms-chair"))
ENTERED, LEFT = 600, 300  # one each of the tones of who comes and who goes
WITHIN = 12.0


async def joins(phone: Phone, room: str, hertz: float = 0.0, keys: str = "") -> Call:
    """Calls the room, enters a PIN where there is one, and speaks in a tone of its own."""
    call = await phone.call(room)
    await call.answered(within=WITHIN)
    if keys:
        assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
        await call.press(keys)
    call.media.play(hertz)
    return call


async def members(switch: Switch, name: str, count: int) -> str:
    """Waits until so many are in a room, and returns the list of them."""
    pattern = rf"^{count}\s*$" if count else "not found"
    await switch.becomes(f"conference {name} get count", pattern, within=WITHIN)
    return await switch.ask(f"conference {name} list")
