"""Who makes a call of a scenario: presses its keys in time, hangs up, and knows what came of it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..call import Call
from ..phone import Phone
from ..sip import name_addr
from .events import Event, Events
from .outcome import FarEnd, Outcome, Span, ended, in_turn, places, ran, records
from .scenario import Scenario

READERS = {"ivr", "voicemail", "read", "play_and_get_digits", "directory"}
"""What reads keys; each gets the next of those that the scenario presses."""
LISTENS, CODE = "digit_action_set_realm", re.compile(r"\*\d")
"""From here on codes work in the call, and this is what they look like."""
TERMINAL = {"voicemail", "conference", "rxfax", "valet_park", "playback"}
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
        from_ = name_addr("sip:anonymous@anonymous.invalid", dial.name) if hidden else ""
        self._call = await self.phone.call(dial.to, name=dial.name, from_=from_)
        pressing = _Keys(dial.press)
        while not self.made.over:
            heard = events.of(self.made.dialog.call_id)
            if _lasted(heard) > dial.patience or _stays(heard):
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

    @property
    def met_queue(self) -> bool:
        """Whether the caller waited in a queue."""
        return any(kind == "queue" for kind, _ in places(ran(self.cdr, "")))

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
        if call is None:
            return None
        trunk = said.get("dialform_trunk", "")
        own = int(self.cdr["variables"]["start_uepoch"])
        number, name = _shown(call, trunk)
        far = FarEnd(
            kind="trunk" if trunk else "phone",
            to=trunk or f"{call.phone.user}@{call.phone.domain}",
            number=call.invite.uri.user if trunk else "",
            caller_number=number,
            caller_name=name,
            rang=int(said.get("progress_uepoch", "0")) > 0,
            outcome="ANSWERED" if _took(said) else said.get("hangup_cause", ""),
        )
        at, until = ((int(said[f"{when}_uepoch"]) - own) / 1e6 for when in ("start", "end"))
        return Span(at, until, far)


def _took(said: dict[str, Any]) -> bool:
    """Whether the far end took the call: who answers and is asked for a key has not, before it."""
    answered, bridged = (int(said.get(f"{what}_uepoch", "0")) > 0 for what in ("answer", "bridge"))
    return answered and (bridged or bool(said.get("dialform_page")))


def _shown(call: Call, trunk: str) -> tuple[str, str]:
    """The caller's number and name as the far end is shown them, where this provider reads them."""
    where = READS_AT[TRUNKS[trunk]] if trunk else "From"
    if not call.invite.has(where):
        return "", ""
    shown = call.invite.addr(where)
    if shown.uri.user == "anonymous":
        # RFC 3323: withheld.
        return "", ""
    return shown.uri.user, shown.name or ""


class _Keys:
    """Which keys are due, judged by what the channel does."""

    def __init__(self, press: tuple[str, ...]) -> None:
        self._left = list(press)
        self._told = -1
        self._since = 0.0

    def due(self, heard: list[Event]) -> str:
        """The next keys, as soon as a prompt has begun that reads them."""
        if not self._left:
            return ""
        newest = max(prompted(heard, self._left[0]), default=-1)
        if newest <= self._told:
            return ""
        if not self._since:
            self._since = time.monotonic()
        if time.monotonic() - self._since < SETTLES:
            return ""
        self._told, self._since = newest, 0.0
        return self._left.pop(0)


def prompted(heard: list[Event], keys: str) -> Iterator[int]:
    """The events that began to ask for keys: a first sound, and that sound again.

    Codes are heard during a call, where nothing is played.
    """
    asking, first = "", ""
    for place, event in enumerate(heard):
        if event.get("Event-Name") == "CHANNEL_EXECUTE":
            asking, first = event.get("Application", ""), ""
            if asking == LISTENS and CODE.match(keys):
                yield place
            continue
        if event.get("Event-Name") != "PLAYBACK_START" or asking not in READERS:
            continue
        sound = event.get("Playback-File-Path", "")
        if not first or (sound == first and asking == "ivr"):
            first = first or sound
            yield place


def _lasted(heard: list[Event]) -> float:
    """Seconds since the switch took the call in hand."""
    return time.time() - int(heard[0]["Event-Date-Timestamp"]) / 1e6 if heard else 0.0


def _stays(heard: list[Event]) -> bool:
    """Whether the call has been in a place long enough that leads nowhere else."""
    ran = (event for event in reversed(heard) if event.get("Event-Name") == "CHANNEL_EXECUTE")
    # What runs on the answer runs inside of the place.
    last = next((event for event in ran if event.get("Application") != "execute_extension"), None)
    if last is None or last.get("Application") not in TERMINAL:
        return False
    if last.get("Application-Data", "").startswith("tone_stream://"):
        return False  # it rings, or an announcement follows
    since = int(last["Event-Date-Timestamp"]) / 1e6
    return time.time() - since > STAYS
