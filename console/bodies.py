"""The body of a request: no larger than its page says, however it is sent, and no slower than BODY."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from dialform.console.connections import BODY


def limited(receive: Receive, largest: int) -> Receive:
    """The same, until more than `largest` bytes came or BODY seconds went by. Raises HTTPException.

    What a request says of its size (Content-Length) can be left out: it is what comes that counts.
    """
    left = largest

    async def next_message() -> Message:
        nonlocal left
        try:
            async with asyncio.timeout(BODY):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "The request took too long to come.") from None
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"That is more than {largest // 1024} KiB.")
        return message

    return next_message
