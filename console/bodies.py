"""The body of a request: no larger than its page says, however it is sent, and no slower than BODY."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from dialform.console.connections import BODY


def limited(receive: Receive, largest: int) -> Receive:
    """The same, until more than `largest` bytes came or all took BODY seconds. Raises HTTPException.

    What a request says of its size (Content-Length) can be left out: it is what comes that counts.
    """
    left, until = largest, 0.0

    async def next_message() -> Message:
        nonlocal left, until
        # One time for all of it: a byte now and then holds no connection open. It begins with the first.
        now = asyncio.get_running_loop().time()
        until = until or now + BODY
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "The request took too long to come.") from None
        if not message.get("more_body"):
            until = 0.0
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"That is more than {largest // 1024} KiB.")
        return message

    return next_message
