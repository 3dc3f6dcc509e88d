"""A channel: one leg of a call, with its state, variables, flags and what waits to be done on it.

After `switch_channel.c`: what sets which flag, when a channel is ready, what each change runs
(`execute_on_answer`, …). What runs on a channel as time passes stands in `machine`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from dialform.simulator.calls.caller import Extension, Profile
from dialform.simulator.calls.causes import NUMBERS
from dialform.simulator.dialplan.expand import ARRAY, expand, items, needs_expansion
from dialform.simulator.reading.words import true

if TYPE_CHECKING:
    from dialform.simulator.calls.endpoint import Endpoint
    from dialform.simulator.calls.keys import DigitMachine
    from dialform.simulator.journal import Tried
    from dialform.simulator.switch import Switch


class State(IntEnum):
    """As `switch_channel_state_t`."""

    NEW = 0
    INIT = 1
    ROUTING = 2
    SOFT_EXECUTE = 3
    EXECUTE = 4
    EXCHANGE_MEDIA = 5
    PARK = 6
    CONSUME_MEDIA = 7
    HIBERNATE = 8
    RESET = 9
    HANGUP = 10
    REPORTING = 11
    DESTROY = 12


class InterruptedCallError(Exception):
    """The channel is wanted elsewhere: it was hung up, transferred or put through."""


class Channel:
    """One leg."""

    def __init__(
        self, switch: Switch, name: str, direction: str, profile: Profile, uuid: str = ""
    ) -> None:
        self.switch = switch
        self.clock = switch.clock
        self.uuid = uuid or switch.new_uuid()
        self.direction = direction
        self.name = name
        self.depth = 0
        self.stack = 0
        """How many `execute_extension` are under way."""
        self.variables: dict[str, str] = {"direction": direction}
        if direction == "outbound":
            self.variables["is_outbound"] = "true"
        self.variables |= {"uuid": self.uuid, "session_id": str(switch.next_session())}
        self.profile = profile
        self.profiles: list[Profile] = []
        """All profiles, the newest first, as `callflow` tells them."""
        self.hunt: Profile | None = None
        self.endpoint: Endpoint | None = None
        self.state = State.NEW
        self.running = State.NEW
        self.cause = ""
        self.changed = switch.clock.signal()
        self.private: deque[tuple[str, str]] = deque()
        """Applications that others told this channel to run: `uuid_broadcast`, keys in a call."""
        self.busy = False
        """Whether one of those runs now."""
        self.broken = False
        """`uuid_break`: what plays now ends."""
        self.keys: deque[str] = deque()
        self.machine: DigitMachine | None = None
        self.script: deque[str] = deque()
        """What the person at the other end will press, one entry for each thing that asks."""
        self.typing = 0
        """How many keys of the entry that was begun are still to come."""
        self.log: list[tuple[str, str, int]] = []
        """Applications that ran: name, data, microseconds."""
        self.tried: Tried | None = None
        self.handlers: dict[State, Callable[[Channel], object]] = {}
        self.partner: Channel | None = None
        """The other side of the bridge that is up."""
        self.soft: Channel | None = None
        """Whom `uuid_bridge` wants to put it through to."""
        self.on_hangup: list[Callable[[], None]] = []
        self.ring_ready = self.answered = self.early_media = False
        self.transfer = self.redirect = self.bridged = self.originating = False
        self.bridge_originator = self.intercept = self.intercepted = False
        self.held = False
        """Whether somebody put its phone on hold (`uuid_hold`)."""
        self.led = False
        """Whether the dialplan has led this leg anywhere (`switch_channel_sort_cid`)."""
        self.tagged = self.winner = self.not_ready = self.clean_exit = False
        self.inner = False
        """Whether its bridge is a consultation: its end hangs up nobody."""
        self.blocked = self.launched = self.recorded = False
        self.set_name(name)
        self.adopt(profile)

    # Names, variables.

    def set_name(self, name: str) -> None:
        """The channel's name, a variable too."""
        self.name = self.variables["channel_name"] = name

    def get(self, name: str) -> str | None:
        """A variable, else a field of the caller profile, else a global variable."""
        value = self.variables.get(name)
        if value is None:
            profile = self.hunt or self.profile
            if name.startswith("aleg_") and profile.originators:
                profile, name = profile.originators[-1], name[5:]
            elif name.startswith("bleg_") and profile.originatees:
                profile, name = profile.originatees[-1], name[5:]
            value = profile.get(name)
        return self.switch.globals.get(name) if value is None else value

    def set(self, name: str, value: str | None) -> None:
        """Sets a variable; nothing or an empty value removes it."""
        if value:
            self.variables[name] = value
        else:
            self.variables.pop(name, None)

    def set_checked(self, name: str, value: str) -> None:
        """Sets a variable from a dial string, which may not hold `${…}`."""
        if "${" not in value:
            self.set(name, value)

    def push(self, name: str, value: str) -> None:
        """Adds an item to an array variable."""
        known = self.variables.get(name)
        self.variables[name] = f"{ARRAY}{'|:'.join([*items(known), value])}" if known else value

    def true(self, name: str) -> bool:
        """Whether a variable says yes."""
        return true(self.get(name))

    @property
    def caller(self) -> Profile:
        """The profile that counts: that of an `execute_extension` while it hunts and runs."""
        return self.hunt or self.profile

    def field(self, name: str) -> str:
        """A field of the caller profile; empty for what is none."""
        return self.caller.get(name) or ""

    def expand(self, text: str) -> str:
        """Text with its `${…}` put in."""
        if not needs_expansion(text):
            return text
        return expand(text, self.get, self._api)

    def _api(self, name: str, arguments: str) -> str:
        return self.switch.function(name, arguments, self)

    def now(self) -> datetime:
        """The switch's clock, in the switch's own zone."""
        return self.clock.moment().astimezone(self.switch.zone)

    def adopt(self, profile: Profile) -> None:
        """Puts a new caller profile on top."""
        times, before = profile.times, self.profiles[0].times if self.profiles else None
        now = self.clock.microseconds
        profile.uuid, profile.chan_name = self.uuid, self.name
        times.profile_created = now
        if before:
            before.transferred = now
            times.created, times.answered = before.created, before.answered
            times.progress, times.progress_media = before.progress, before.progress_media
            times.transferred = 0
            profile.extension = profile.extension or self.profile.extension
        else:
            times.created = now
        self.profiles.insert(0, profile)
        profile.profile_index = str(len(self.profiles))
        self.profile = profile

    # States.

    @property
    def up(self) -> bool:
        """Whether it has not been hung up."""
        return self.state < State.HANGUP

    @property
    def down(self) -> bool:
        """Whether it was hung up."""
        return self.state >= State.HANGUP

    @property
    def media(self) -> bool:
        """Whether sound goes both ways: answered, or early media."""
        return self.answered or self.early_media

    @property
    def ready(self) -> bool:
        """`switch_channel_ready`: whether applications may go on."""
        return (
            State.ROUTING < self.state < State.HANGUP
            and self.state == self.running
            and not (self.transfer or self.not_ready)
        )

    def become(self, state: State) -> None:
        """Asks for another state; the channel's own coroutine goes there."""
        if self.down:
            return
        self.state = state
        if state == State.ROUTING and not self.true("limit_ignore_transfer"):
            self.switch.release_limits(self)
        self.changed.fire()

    def mark_ringing(self) -> None:
        """The far end rings (180), or this channel says so to its own far end."""
        if self.down or self.ring_ready or self.answered:
            return
        self.ring_ready = True
        self._time("progress")
        self.switch.fire(self, "CHANNEL_PROGRESS")
        self.switch.execute_on(self, "execute_on_ring")
        if self.endpoint:
            self.endpoint.indicate(self, "ringing")
        self.changed.fire()

    def mark_early(self) -> None:
        """Sound before the answer (183)."""
        if self.down or self.early_media or self.answered:
            return
        self.early_media = True
        self.set("endpoint_disposition", "EARLY MEDIA")
        self._time("progress_media")
        self.switch.fire(self, "CHANNEL_PROGRESS_MEDIA")
        self.switch.execute_on(self, "execute_on_pre_answer")
        self.switch.execute_on(self, "execute_on_media")
        if self.endpoint:
            self.endpoint.indicate(self, "progress")
        self.changed.fire()

    def answer(self) -> None:
        """The call is up on this leg, whoever answered."""
        if self.down or self.answered:
            return
        self.answered = True
        self._time("answered")
        self.set("endpoint_disposition", "ANSWER")
        self.switch.journal.step(self, "answered", f"{self.name} is answered")
        self.switch.fire(self, "CHANNEL_ANSWER")
        self.switch.execute_on(self, "execute_on_answer")
        if not self.early_media:
            self.switch.execute_on(self, "execute_on_media")
        if self.endpoint:
            self.endpoint.indicate(self, "answer")
        self.changed.fire()

    def _time(self, name: str) -> None:
        now = self.clock.microseconds
        if not getattr(self.profile.times, name):
            setattr(self.profile.times, name, now)
        if name == "answered" or not self.profile.originators:
            return
        other = self.switch.channel(self.profile.originators[-1].uuid)
        if other and not getattr(other.profile.times, name):
            setattr(other.profile.times, name, now)

    def hangup(self, cause: str) -> None:
        """Ends this leg. The first cause counts."""
        if self.down:
            return
        self.state = State.HANGUP
        self.cause = cause if cause in NUMBERS else "NONE"
        self.blocked = False
        if self.cause == "NONE":
            self.cause = "NORMAL_CLEARING"
        for profile in self.profiles[:1]:
            profile.times.hungup = self.clock.microseconds
        partner = self.switch.channel(self.partner_uuid)
        if partner:
            partner.set("last_bridge_hangup_cause", self.cause)
            if said := self.get("proto_specific_hangup_cause"):
                partner.set("last_bridge_proto_specific_hangup_cause", said)
        if self.bridge_originator:
            self.set("last_bridge_role", "originator")
        elif self.bridged:
            self.set("last_bridge_role", "originatee")
        self.switch.hung_up(self)
        self.changed.fire()

    @property
    def partner_uuid(self) -> str:
        """Whom it talks to or was made by, as `switch_channel_get_partner_uuid` says."""
        return self.variables.get("signal_bond") or self.variables.get("originate_signal_bond", "")

    # Waiting, by the channel's own coroutine or one that runs something on it.

    def check(self) -> None:
        """Raises InterruptedCallError when the channel is wanted elsewhere."""
        if not self.ready:
            raise InterruptedCallError

    async def wait(self, seconds: float | None, until: Callable[[], bool] | None = None) -> bool:
        """Waits so long, or until something holds: whether it held. Runs what others ask for.

        Raises InterruptedCallError.
        """
        deadline = None if seconds is None else self.clock.elapsed + seconds
        while True:
            if self.private and not self.busy:
                await self.run_private()
            self.check()
            if until and until():
                return True
            left = None if deadline is None else deadline - self.clock.elapsed
            if left is not None and left <= 1e-9:
                return False
            await self.clock.wait(self.changed, timeout=left)

    async def run_private(self) -> None:
        """Runs what others told this channel to run."""
        while self.private and not self.busy and self.up:
            application, data = self.private.popleft()
            self.busy = True
            try:
                await self.switch.run_application(self, application, data)
            finally:
                self.busy = False

    def tell(self, application: str, data: str) -> None:
        """Has the channel run an application as soon as it can, in the midst of what it does."""
        self.private.append((application, data))
        self.changed.fire()

    def press(self, key: str) -> None:
        """A key comes in from the far end."""
        if self.down:
            return
        self.switch.fire(self, "DTMF", {"DTMF-Digit": key})
        if self.machine is None or not self.machine.feed(key):
            self.keys.append(key)
        self.changed.fire()

    # For the dialplan.

    def begin(self, extension: Extension) -> None:
        """Takes what the dialplan found as what is to be done."""
        if self.direction == "outbound" and not self.led:
            self.led = True
            self.profile.flip()
        self.profile.extension = extension
