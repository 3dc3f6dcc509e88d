"""What channels do, as it happens: a listener on the event socket."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ..esl import Esl

NAMES = ("CHANNEL_CREATE", "CHANNEL_EXECUTE", "PLAYBACK_START", "CHANNEL_HANGUP")

Event = dict[str, Any]


class Events:
    """Events by the SIP Call-ID of their channel, in order."""

    def __init__(self) -> None:
        self._of: dict[str, list[Event]] = defaultdict(list)
        self._ids: dict[str, str] = {}
        self._changed = asyncio.Event()

    def heard(self, event: Event) -> None:
        uuid = event.get("Unique-ID", "")
        if call_id := event.get("variable_sip_call_id"):
            self._ids[uuid] = call_id
        self._of[self._ids.get(uuid, uuid)].append(event)
        self._changed.set()

    def of(self, call_id: str) -> list[Event]:
        """What the channel of this call did so far."""
        return self._of[call_id]

    async def more(self, within: float) -> None:
        """Waits for anything at all, so many seconds at most."""
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), within)
        except TimeoutError:
            return


@asynccontextmanager
async def listening(esl: Esl) -> AsyncIterator[Events]:
    """Subscribes, and goes on until the context is left."""
    events = Events()
    reader, writer = await asyncio.open_connection(*esl.address)
    writer.write(f"auth {esl.password}\n\nevent json {' '.join(NAMES)}\n\n".encode())
    task = asyncio.create_task(_listen(reader, events))
    try:
        yield events
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        writer.close()


async def _listen(reader: asyncio.StreamReader, events: Events) -> None:
    while True:
        headers: dict[str, str] = {}
        while line := (await reader.readline()).strip():
            name, _, value = line.decode("utf-8", "replace").partition(": ")
            headers[name] = value
        body = await reader.readexactly(int(headers.get("Content-Length", "0")))
        if headers.get("Content-Type") == "text/event-json":
            events.heard(json.loads(body))
        if reader.at_eof():
            return
