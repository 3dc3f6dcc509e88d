"""Legs as a switch tells of them: record, events, dump; all of one leg say the same."""

from __future__ import annotations

import json
import uuid as ids
from dataclasses import dataclass, field
from typing import Any

from dialform.switch import Event

MICRO = 1_000_000


def new_uuid() -> str:
    return str(ids.uuid4())


@dataclass
class Leg:
    """A leg to or from a carrier, by default. Times are seconds since 1970; 0: it did not happen."""

    started: float
    answered: float = 0.0
    ended: float = 0.0
    tenant: str = "acme"
    trunk: str = "mycarrier"
    direction: str = "outbound"
    number: str = "+442079460000"
    core: str = "core-1"
    variables: dict[str, str] = field(default_factory=dict)
    uuid: str = field(default_factory=new_uuid)

    def _said(self) -> dict[str, str]:
        said = {"uuid": self.uuid, "dialform_tenant": self.tenant}
        if self.trunk:
            number = "dialform_to" if self.direction == "outbound" else "dialform_did"
            said |= {
                "dialform_trunk": self.trunk, "dialform_direction": self.direction, number: self.number,
            }  # fmt: skip
        return said | self.variables

    def _times(self, ended: float) -> dict[str, str]:
        return {
            "start_uepoch": str(int(self.started * MICRO)),
            "answer_uepoch": str(int(self.answered * MICRO)),
            "end_uepoch": str(int(ended * MICRO)),
            "hangup_cause": "NORMAL_CLEARING",
        }

    def record(self) -> bytes:
        """Its file, after its end."""
        made: dict[str, Any] = {
            "core-uuid": self.core, "variables": self._said() | self._times(self.ended),
            "callflow": [{"caller_profile": {"caller_id_number": "+12125550199"}}],
        }  # fmt: skip
        return json.dumps(made, separators=(",", ":")).encode() + b"\n"

    def headers(self, at: float) -> dict[str, str]:
        """What each event of it says at that time, and `uuid_dump`."""
        return {
            "Core-UUID": self.core, "Unique-ID": self.uuid,
            "Event-Date-Timestamp": str(int(at * MICRO)),
            "Caller-Caller-ID-Number": "+12125550199",
            "Caller-Channel-Created-Time": str(int(self.started * MICRO)),
            "Caller-Channel-Answered-Time": str(int(self.answered * MICRO)),
        } | {f"variable_{name}": value for name, value in self._said().items()}  # fmt: skip

    def event(self, name: str, at: float, **more: str) -> Event:
        """An event of it; what has `::` in its name is a CUSTOM one."""
        custom = "::" in name
        headers = self.headers(at) | more
        if name == "conference::maintenance":  # without `verbose-events` they know no variables
            headers = {k: v for k, v in headers.items() if not k.startswith("variable_")}
        headers |= {"Event-Name": "CUSTOM" if custom else name}
        return Event("CUSTOM" if custom else name, name if custom else "", headers)

    def answer(self) -> Event:
        return self.event("CHANNEL_ANSWER", self.answered)

    def hangup(self) -> Event:
        event = self.event("CHANNEL_HANGUP_COMPLETE", self.ended)
        event.headers.update(
            {f"variable_{name}": value for name, value in self._times(self.ended).items()}
        )
        return event

    def dump(self, at: float) -> str:
        headers = self.headers(at)
        del headers["Core-UUID"], headers["Event-Date-Timestamp"]  # the real one has neither
        return json.dumps(headers | {"Event-Name": "CHANNEL_DATA"})
