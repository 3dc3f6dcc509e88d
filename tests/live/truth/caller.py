"""Who makes a call of a scenario: presses its keys in time, hangs up, and knows what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from ..call import Call
from ..phone import Phone
from ..sip import Message
from .events import Event, Events
from .outcome import FarEnd, Outcome, Span, ended, in_turn, places, ran, records
from .scenario import Scenario

READERS = {"ivr", "voicemail", "read", "play_and_get_digits", "directory"}
"""What reads keys; each gets the next of those that the scenario presses."""
TERMINAL = {"voicemail", "conference", "rxfax", "valet_park", "playback", "directory"}
"""Where a call stays until somebody hangs up, as far as scenarios go."""
STAYS = 2.5  # seconds in such a place, then the caller has seen enough
SETTLES = 0.2  # seconds from the first sound of a prompt until keys are pressed
READS_AT = {"from": "From", "pai": "P-Asserted-Identity", "rpid": "Remote-Party-ID"}
TRUNKS = {"mycarrier": "from", "backup": "pai", "narrow": "pai", "third": "rpid"}


class Caller:
    """One call of the real side."""

    def __init__(
        self, scenario: Scenario, phone: Phone, seen: Callable[[str], Call | None]
    ) -> None:
        self.scenario, self.phone = scenario, phone
        self._seen = seen
        self._call: Call | None = None
        self.cdr: dict[str, Any] = {}
        self.legs: list[dict[str, Any]] = []

    @property
    def made(self) -> Call:
        assert self._call is not None, "no call was made"
        return self._call

    # The call.

    async def call(self, events: Events) -> None:
        """Dials, presses, waits, and hangs up if nobody else does."""
        dial = self.scenario.dial
        hidden = dial.caller == "anonymous"
        from_ = '"Anonymous" <sip:anonymous@anonymous.invalid>' if hidden else ""
        self._call = await self.phone.call(dial.to, name=dial.name, from_=from_)
        began, pressing = time.monotonic(), _Keys(dial.press)
        while not self.made.over:
            heard = events.of(self.made.dialog.call_id)
            if time.monotonic() - began > dial.patience or _stays(heard):
                await self.made.hangup()
                break
            if self.made.up and (keys := pressing.due(heard)):
                await self.made.press(keys)
            await asyncio.sleep(0.03)
        await self.made.ended(15.0)

    # What came of it.

    def joined(self, cdrs: Iterable[dict[str, Any]]) -> bool:
        """Whether the caller's own record is among these."""
        return any(c["variables"].get("sip_call_id") == self.made.dialog.call_id for c in cdrs)

    def collect(self, cdrs: list[dict[str, Any]]) -> None:
        """Takes the records of this call: its own, and all of its tenant's."""
        for cdr in cdrs:
            said = cdr["variables"]
            if said.get("sip_call_id") == self.made.dialog.call_id:
                self.cdr = cdr
            elif said.get("dialform_tenant") == self.scenario.tenant:
                self.legs.append(cdr)

    def outcome(self, conf: str) -> Outcome:
        """All that is compared."""
        said = self.cdr["variables"]
        spans = [span for span in map(self._span, self.legs) if span]
        log = ran(self.cdr, conf)
        refused = said.get("dialform_refused", "")
        return Outcome(
            sip=self.made.status,
            cause=said.get("hangup_cause", ""),
            answered=int(said.get("answer_uepoch", "0")) > 0,
            refused=refused,
            legs=in_turn(spans),
            places=places(log),
            end=ended(refused, spans, log),
            ran=log,
            records=records([self.cdr, *self.legs]),
        )

    def _span(self, cdr: dict[str, Any]) -> Span | None:
        said = cdr["variables"]
        if said.get("direction") != "outbound" or not said["channel_name"].startswith("sofia/"):
            return None
        call = self._seen(said.get("sip_call_id", ""))
        trunk = said.get("dialform_trunk", "")
        own = int(self.cdr["variables"]["start_uepoch"])
        answered = int(said.get("answer_uepoch", "0")) > 0
        far = FarEnd(
            kind="trunk" if trunk else "phone",
            to=trunk or f"{said.get('dialed_user')}@{said.get('dialed_domain')}",
            number=call.invite.uri.user if call and trunk else "",
            **_shown(call, trunk),
            rang=int(said.get("progress_uepoch", "0")) > 0,
            outcome="ANSWERED" if answered else said.get("hangup_cause", ""),
        )
        at, until = ((int(said[f"{when}_uepoch"]) - own) / 1e6 for when in ("start", "end"))
        return Span(at, until, far)


def _shown(call: Call | None, trunk: str) -> dict[str, str | None]:
    """The caller as the far end is shown, where this provider reads it."""
    if call is None:
        return {"caller_number": None, "caller_name": None}
    where = READS_AT[TRUNKS[trunk]] if trunk else "From"
    invite: Message = call.invite
    if not invite.has(where):
        return {"caller_number": "", "caller_name": ""}
    shown = invite.addr(where)
    return {"caller_number": shown.uri.user, "caller_name": shown.name or ""}


class _Keys:
    """Which keys are due, judged by what the channel does."""

    def __init__(self, press: tuple[str, ...]) -> None:
        self._left = list(press)
        self._told = 0
        self._since = 0.0

    def due(self, heard: list[Event]) -> str:
        """The next keys, as soon as a prompt has begun that reads them."""
        prompts = sum(1 for _ in prompted(heard))
        if not self._left or prompts <= self._told:
            return ""
        if not self._since:
            self._since = time.monotonic()
        if time.monotonic() - self._since < SETTLES:
            return ""
        self._told, self._since = prompts, 0.0
        return self._left.pop(0)


def prompted(heard: list[Event]) -> Iterable[str]:
    """Each time that something began to ask for keys: its first sound, and that sound again."""
    asking, first = "", ""
    for event in heard:
        if event.get("Event-Name") == "CHANNEL_EXECUTE":
            asking, first = event.get("Application", ""), ""
            continue
        if event.get("Event-Name") != "PLAYBACK_START" or asking not in READERS:
            continue
        sound = event.get("Playback-File-Path", "")
        if not first or (sound == first and asking == "ivr"):
            first = first or sound
            yield sound


def _stays(heard: list[Event]) -> bool:
    """Whether the call has been in a place long enough that leads nowhere else."""
    ran = (event for event in reversed(heard) if event.get("Event-Name") == "CHANNEL_EXECUTE")
    # What runs on the answer runs inside of the place.
    last = next((event for event in ran if event.get("Application") != "execute_extension"), None)
    if last is None or last.get("Application") not in TERMINAL:
        return False
    since = int(last["Event-Date-Timestamp"]) / 1e6
    return time.time() - since > STAYS
