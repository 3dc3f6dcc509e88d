"""One group of legs that are tried side by side, until the first of them answers.

After the inner loop of `switch_ivr_originate`, with `check_channel_status` and
`check_per_channel_timeouts`. The switch counts whole seconds of the clock: a limit of N seconds that it
tests with `>=` is over between N-1 and N seconds after the start, one with `>` between N and N+1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Self

from .caller import Profile
from .confirm import confirm
from .dialstring import Leg
from .endpoint import Wanted, reach
from .words import integer, is_number, true

if TYPE_CHECKING:
    from .channel import Channel
    from .originate import Request


@dataclass(slots=True)
class Options:
    """What the `{…}` of a dial string say about the whole. Times are seconds."""

    timeout: int
    progress_timeout: int
    ignore_early: bool = False
    early_ok: bool = True
    ignore_ring: bool = False
    return_ring: bool = False
    continue_on_timeout: bool = False
    confirm_key: str = ""
    confirm_timeout: int = 0
    cancel_timeout: bool = False
    fail_on_reject: str = ""
    hangup_on_reject: bool = False

    @classmethod
    def read(cls, variables: Mapping[str, str], timeout: int) -> Self:
        """The options among the variables."""
        get = variables.get
        wanted = integer(get("originate_timeout", "0"))
        timeout = wanted if wanted > 0 else timeout
        progress = integer(get("progress_timeout", "0"))
        found = cls(timeout, progress if progress > 0 else timeout)
        early = get("ignore_early_media", "")
        found.ignore_early = true(early) or early in ("consume", "ring_ready")
        found.early_ok = not found.ignore_early and not true(get("bridge_early_media"))
        found.ignore_ring = true(get("ignore_ring_ready"))
        found.return_ring = true(get("return_ring_ready"))
        found.continue_on_timeout = true(get("originate_continue_on_timeout"))
        found.confirm_key = get("group_confirm_key", "")
        confirm_timeout = get("group_confirm_timeout", "")
        if is_number(confirm_timeout):
            found.confirm_timeout = integer(confirm_timeout)
            found.cancel_timeout = not found.confirm_timeout
        else:
            found.cancel_timeout = true(get("group_confirm_cancel_timeout"))
        found.hangup_on_reject = true(get("hangup_on_single_reject"))
        found.fail_on_reject = get("fail_on_single_reject", "")
        return found


@dataclass(slots=True)
class _Peer:
    """One leg of the race. The limits are seconds since its start; 0 is none."""

    channel: Channel
    limit: int = 0
    progress_limit: int = 0
    delay: int = 0

    @property
    def eligible(self) -> bool:
        """Whether it still runs in this race (`peer_eligible`)."""
        channel = self.channel
        return channel.originating and not (channel.transfer or channel.redirect or channel.bridged)


class Race:
    """One group. `cause` and `over` tell how it ended."""

    def __init__(
        self,
        request: Request,
        options: Options,
        legs: Sequence[Leg],
        variables: dict[str, str],
        more: bool,
    ) -> None:
        self._request, self._options, self._legs = request, options, legs
        self._switch, self._session = request.switch, request.session
        self._variables = variables
        self._forked = len(legs) > 1 or more or true(variables.get("forked_dial"))
        self._peers: list[_Peer] = []
        self._start = 0
        self._reason = self._force = ""
        self._refused = ""
        self._timed_out = False
        self._winner: _Peer | None = None
        self._cancelled = False
        self.cause = "NONE"
        self.over = False
        """No further group is tried."""

    async def run(self) -> Channel | None:
        """The leg that won, or None."""
        if not await self._call():
            return self._close(None)
        self._start = floor(self._switch.clock.epoch)
        if self._request.noblock:
            return self._unwaited()
        await self._wait()
        return self._close(self._choose())

    # Making the legs.

    async def _call(self) -> bool:
        """Makes all legs. False: the caller is gone, or one refusal is enough."""
        for leg in self._legs:
            if self._session and not self._session.ready:
                return False
            both = self._variables | leg.variables
            made = await reach(self._wanted(leg, both), leg.endpoint)
            self._refused = made.cause
            if made.channel is None:
                if self._fatal(made.cause):
                    self._force = made.cause
                    return False
                continue
            self._adopt(made.channel, leg)
        return True

    def _wanted(self, leg: Leg, variables: dict[str, str]) -> Wanted:
        request, session = self._request, self._session
        base = request.profile or (session.caller if session else None)
        profile = base.clone() if base else Profile(caller_id_number="0000000000")
        profile.destination_number = leg.destination or "service"
        profile.callee_id_name, profile.callee_id_number = "Outbound Call", leg.destination
        profile.chan_name = profile.uuid = ""
        name = variables.get("origination_caller_id_name")
        number = variables.get("origination_caller_id_number")
        profile.caller_id_name = profile.caller_id_name if name is None else name
        profile.caller_id_number = profile.caller_id_number if number is None else number
        privacy = variables.get("origination_privacy")
        if privacy is not None:
            profile.hide_name = "hide_name" in privacy
            profile.hide_number = "hide_number" in privacy
        wanted = Wanted(self._switch, session, leg.destination, profile, dict(variables))
        wanted.forked, wanted.cancel, wanted.stage = self._forked, request.cancel, request.stage
        wanted.keeps_name, wanted.keeps_number = name is not None, number is not None
        return wanted

    def _fatal(self, cause: str) -> bool:
        wanted = self._options.fail_on_reject
        if not wanted:
            return False
        if true(wanted):
            return True
        return (cause in wanted) != wanted.startswith("!")

    def _adopt(self, channel: Channel, leg: Leg) -> None:
        channel.originating = True
        if self._session:
            channel.depth = self._session.depth + 1
            channel.set("call_uuid", self._session.get("call_uuid"))
        self._variables["originate_early_media"] = "true" if self._options.early_ok else "false"
        clobber = true(self._variables.get("local_var_clobber"))
        layers = [leg.variables, self._variables]
        for layer in reversed(layers) if clobber else layers:
            for name, value in layer.items():
                channel.set_checked(name, value)
        peer = self._limits(channel)
        self._peers.append(peer)
        self._link(channel)
        channel.set("originate_endpoint", leg.endpoint)
        if peer.delay:
            channel.blocked = True
        self._switch.execute_on(channel, "execute_on_originate")
        if not channel.launched and not self._request.noblock:
            self._switch.launch(channel)

    @staticmethod
    def _limits(channel: Channel) -> _Peer:
        delay = max(integer(channel.get("leg_delay_start") or "0"), 0)
        limit = max(integer(channel.get("leg_timeout") or "0"), 0)
        progress = max(integer(channel.get("leg_progress_timeout") or "0"), 0)
        # A leg that starts later has its limits later.
        return _Peer(channel, limit and limit + delay, progress and progress + delay, delay)

    def _link(self, channel: Channel) -> None:
        asker = self._switch.channel(self._variables.get("ent_originate_aleg_uuid", ""))
        asker = asker or self._session
        name = channel.variables.get("origination_channel_name")
        if name:
            channel.set_name(name)
        if asker:
            channel.set("originating_leg_uuid", asker.uuid)
            callee = channel.profile
            legs = f"{channel.uuid};{callee.callee_id_name};{callee.callee_id_number}"
            asker.push("originated_legs", legs)

    def _unwaited(self) -> Channel | None:
        """The channel for whoever waits himself. It runs when it is taken up there."""
        if not self._peers:
            return self._close(None)
        self.cause = "SUCCESS"
        return self._peers[0].channel

    # Waiting.

    async def _wait(self) -> None:
        clock, session, cancel = self._switch.clock, self._session, self._request.cancel
        while not (session and not session.ready):
            if not self._undecided():
                return
            if cancel and cancel.cause:
                self._force = self._force or cancel.cause
                self._cancelled = True
                return
            self._time_out_legs()
            if self._expired():
                return
            if session and session.private and not session.busy:
                await session.run_private()
                continue
            signals = [peer.channel.changed for peer in self._peers]
            signals += [session.changed] if session else []
            signals += [cancel.signal] if cancel else []
            await clock.wait(*signals, timeout=self._pause())
        self._cancelled = True

    def _undecided(self) -> bool:
        """Looks at all legs (`check_channel_status`). False: there is a winner, or no leg is left."""
        left = 0
        for peer in self._peers:
            channel = peer.channel
            if channel.down or not peer.eligible:
                continue
            left += 1
            if channel.ring_ready or channel.early_media:
                self._ring(channel)
            early = self._options.early_ok and channel.early_media
            if (channel.answered or early) and not channel.tagged:
                if not self._confirms(peer):
                    self._winner = peer
                    return False
            elif channel.winner:
                for name in ("key", "file", "error_file", "cancel_timeout", "read_timeout"):
                    channel.set(f"group_confirm_{name}", None)
                self._winner = peer
                return False
        rejected = self._options.fail_on_reject and left < len(self._peers)
        if rejected and any(p.channel.down and self._fatal(p.channel.cause) for p in self._peers):
            self._timed_out = True
            return False
        return left > 0

    def _ring(self, channel: Channel) -> None:
        session = self._session
        if session and channel.ring_ready and not self._options.ignore_ring:
            session.mark_ringing()

    def _confirms(self, peer: _Peer) -> bool:
        """Starts to ask an answered leg for the key, where one is wanted."""
        channel = peer.channel
        key = channel.get("group_confirm_key") or self._options.confirm_key
        if not key:
            return False
        own = channel.get("group_confirm_timeout") or ""
        limit = integer(own) if is_number(own) else self._options.confirm_timeout
        elapsed = floor(self._switch.clock.epoch) - self._start
        if limit > 0:
            peer.limit = peer.progress_limit = elapsed + limit
        elif self._options.cancel_timeout or is_number(own):
            peer.limit = peer.progress_limit = 0
        channel.tagged = True
        self._switch.clock.spawn(confirm(channel, key, self._variables))
        return True

    def _time_out_legs(self) -> None:
        elapsed = floor(self._switch.clock.epoch + 1e-6) - self._start
        self._release(elapsed)
        for peer in self._peers:
            channel = peer.channel
            if channel.down:
                continue
            quiet = not (channel.ring_ready or channel.answered or channel.early_media)
            if peer.progress_limit and elapsed > peer.progress_limit and quiet:
                channel.hangup("PROGRESS_TIMEOUT")
                self._force = "PROGRESS_TIMEOUT"
            if peer.limit and elapsed > peer.limit:
                channel.hangup("ALLOTTED_TIMEOUT")

    def _release(self, elapsed: int) -> None:
        """Lets legs begin whose delay is over, or all at once when nobody else is tried."""
        waiting = [peer for peer in self._peers if peer.delay and peer.channel.up]
        active = [peer for peer in self._peers if not peer.delay and peer.channel.up]
        least = min((peer.delay for peer in waiting), default=0)
        early = least - elapsed
        for peer in waiting:
            if not active:
                peer.limit = peer.limit and max(peer.limit - early, 1)
                peer.progress_limit = peer.progress_limit and max(peer.progress_limit - early, 1)
                peer.delay -= least
            elif elapsed > peer.delay:
                peer.delay = 0
            if not peer.delay and peer.channel.blocked:
                peer.channel.blocked = False
                peer.channel.changed.fire()

    def _expired(self) -> bool:
        elapsed = floor(self._switch.clock.epoch + 1e-6) - self._start
        options = self._options
        signs = any(p.channel.ring_ready or p.channel.early_media for p in self._peers)
        if not signs and options.progress_timeout and elapsed > options.progress_timeout:
            self._force = self._force or "PROGRESS_TIMEOUT"
            self._timed_out = True
        elif elapsed >= options.timeout:
            self._timed_out = True
            self.over = not options.continue_on_timeout
        return self._timed_out

    def _pause(self) -> float:
        """Seconds until the next limit."""
        limits = [self._options.timeout]
        for peer in self._peers:
            if peer.channel.up:
                wanted = (peer.limit, peer.progress_limit, peer.delay)
                limits += [limit + 1 for limit in wanted if limit]
        clock = self._switch.clock
        elapsed = floor(clock.epoch + 1e-6) - self._start
        ahead = [limit for limit in limits if limit > elapsed] or [elapsed + 1]
        return max(self._start + min(ahead) - clock.epoch, 0.001)

    # The end.

    def _choose(self) -> Channel | None:
        session, winner = self._session, self._winner
        if session and not session.ready:
            self._cancelled, winner = True, None
        reason = self._losers_cause()
        for peer in self._peers:
            if peer is winner or not peer.eligible or peer.channel.down:
                continue
            cause = self._force or reason
            if cause == "LOSE_RACE":
                peer.channel.set("group_dial_status", "loser")
            peer.channel.hangup(cause)
        if winner is None:
            return None
        channel = winner.channel
        if session and channel.answered:
            _pass_callee(channel, session)
            session.answer()
        elif session and channel.early_media:
            session.mark_early()
        return channel

    def _losers_cause(self) -> str:
        if self._timed_out:
            return "NO_ANSWER"
        if self._cancelled:
            return "ORIGINATOR_CANCEL"
        return "LOSE_RACE" if len(self._peers) > 1 else "NO_ANSWER"

    def _close(self, channel: Channel | None) -> Channel | None:
        session = self._session
        if session and not session.ready:
            channel = None
        self.cause = "SUCCESS" if channel else self._why()
        for peer in self._peers:
            if session:
                cause = peer.channel.cause or "NONE"
                session.push("originate_causes", f"{peer.channel.uuid};{cause}")
            leftover = channel is not peer.channel and peer.eligible and peer.channel.up
            if leftover:
                if session and session.intercepted:
                    peer.channel.intercept = True
                peer.channel.hangup(self.cause if self.cause != "SUCCESS" else "NORMAL_CLEARING")
            peer.channel.originating = False
        if session:
            session.set("originate_disposition", self.cause)
            session.set("DIALSTATUS", _STATUS.get(self.cause, self.cause))
        if self._force and not channel:
            self.cause = self._force
        return channel

    def _why(self) -> str:
        """The cause of the whole, in the switch's order of precedence."""
        session = self._session
        cause = self._peers[0].channel.cause if self._peers else ""
        if session and session.intercepted:
            cause = "PICKED_OFF"
        if not cause:
            cause = self._refused or (session.cause if session else "DESTINATION_OUT_OF_ORDER")
        if cause in ("", "SUCCESS", "NONE"):
            cause = "ORIGINATOR_CANCEL"
        if self._cancelled:
            return "ORIGINATOR_CANCEL"
        return "NO_ANSWER" if self._timed_out else cause


_STATUS = {
    "ORIGINATOR_CANCEL": "CANCEL",
    "USER_BUSY": "BUSY",
    "NO_ANSWER": "NOANSWER",
    "DESTINATION_OUT_OF_ORDER": "INVALIDARGS",
    "INVALID_PROFILE": "INVALIDARGS",
    "CALL_REJECTED": "DONTCALL",
}


def _pass_callee(peer: Channel, session: Channel) -> None:
    session.profile.callee_id_name = peer.profile.callee_id_name
    session.profile.callee_id_number = peer.profile.callee_id_number
