"""The ends of legs, as the event socket tells them, held against the records of the same legs."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from dialform.billing.facts import Fact, FactError, facts_of, facts_of_event

from .esl import Esl, listen

HOST = "pbx1"


class Ends:
    """Listens for CHANNEL_HANGUP_COMPLETE from the beginning of a test to its end."""

    def __init__(self, esl: Esl) -> None:
        self._connection, self._events = listen(esl, "CHANNEL_HANGUP_COMPLETE")
        self._told: dict[str, dict[str, Any]] = {}
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5.0)
        self._connection.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            for body in self._events:
                event = json.loads(body.decode("utf-8", "replace"))
                self._told[event["Unique-ID"]] = event
        self._lost.set()

    def of(self, uuids: Iterable[str], within: float = 3.0) -> dict[str, dict[str, Any]]:
        """The events of these legs, by UUID, once they have come."""
        wanted = set(uuids)
        deadline = time.monotonic() + within
        while not wanted <= set(self._told) and time.monotonic() < deadline:
            if self._lost.is_set():
                break
            time.sleep(0.02)
        return {uuid: self._told[uuid] for uuid in wanted & set(self._told)}

    def disagreeing(self, records: list[dict[str, Any]]) -> list[str]:
        """The legs of which record and event do not say the same, or say what is no fact."""
        by_uuid = {record["variables"]["uuid"]: record for record in records}
        told = self.of(by_uuid)
        found = []
        for uuid, record in by_uuid.items():
            name = record["variables"].get("channel_name")
            if uuid not in told:
                found += [] if self._lost.is_set() else [f"{name}: no event"]
                continue
            try:
                mine, its = facts_of(record, HOST), facts_of_event(told[uuid], HOST)
            except FactError as error:
                found.append(f"{name}: {error}")
                continue
            if _said(mine) != _said(its):
                found.append(f"{name}: {mine} in the file, {its} in the event")
        return found


def _said(facts: list[Fact]) -> list[tuple[tuple[str, str], str]]:
    return [(fact.key, fact.digest) for fact in facts]
