"""The body of a request has one time and one size, however it comes."""

import asyncio

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message

from dialform.console import bodies


def test_a_byte_now_and_then_holds_no_request_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY", 0.05)

    async def drip() -> Message:
        await asyncio.sleep(0.02)  # always quicker than the time of all
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def read() -> int:
        receive = bodies.limited(drip, 1 << 20)
        for number in range(1000):
            try:
                await receive()
            except HTTPException as error:
                assert error.status_code == 408
                return number
        return 1000

    assert asyncio.run(read()) < 1000


def test_more_than_a_page_takes_is_refused_whatever_the_head_says() -> None:
    async def much() -> Message:
        return {"type": "http.request", "body": b"x" * 600, "more_body": True}

    async def read() -> None:
        receive = bodies.limited(much, 1000)
        await receive()
        with pytest.raises(HTTPException) as caught:
            await receive()
        assert caught.value.status_code == 413

    asyncio.run(read())
