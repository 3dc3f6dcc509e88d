"""One group of legs that are tried side by side, until the first of them answers.

After the inner loop of `switch_ivr_originate`, with `check_channel_status` and
`check_per_channel_timeouts`. The switch counts whole seconds of the clock: a limit of N seconds that it
tests with `>=` is over between N-1 and N seconds after the start, one with `>` between N and N+1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dialform.simulator.calls.caller import Profile, Times
from dialform.simulator.calls.endpoint import Wanted, reach
from dialform.simulator.dialling.confirm import confirm
from dialform.simulator.dialling.contender import Contender, ahead, release
from dialform.simulator.dialling.dialstring import Leg
from dialform.simulator.dialling.options import Options
from dialform.simulator.reading.words import integer, is_number, true

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.dialling.originate import Request


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
        self._peers: list[Contender] = []
        self._start = 0
        self._reason = self._force = ""
        self._refused = ""
        self._timed_out = False
        self._winner: Contender | None = None
        self._cancelled = False
        self.cause = "NONE"
        self._held = ""
        self.over = False
        """No further group is tried."""

    async def run(self) -> Channel | None:
        """The leg that won, or None."""
        if not await self._call():
            return self._close(None)
        self._start = self._switch.clock.second
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
        profile.times = Times()
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
        peer = Contender.of(channel)
        self._peers.append(peer)
        self._link(channel)
        channel.set("originate_endpoint", leg.endpoint)
        if peer.delay:
            channel.blocked = True
        self._switch.execute_on(channel, "execute_on_originate")
        if not channel.launched and not self._request.noblock:
            self._switch.launch(channel)

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
        clock, cancel = self._switch.clock, self._request.cancel
        while not (self._session and not self._session.ready):
            if not self._undecided():
                return
            if cancel and cancel.cause:
                self._force = self._force or cancel.cause
                self._cancelled = True
                return
            self._time_out_legs()
            if self._expired():
                return
            session = self._session
            if session and session.private and not session.busy:
                await session.run_private()
                continue
            signals = [peer.channel.changed for peer in self._peers]
            signals += [session.changed] if session else []
            signals += [cancel.signal] if cancel else []
            await clock.wait(*signals, timeout=self._pause())
            self._hand_over()
        self._cancelled = True

    def _hand_over(self) -> None:
        """Who asks somebody for another hangs up: the one who waits takes their place."""
        session = self._session
        held = session.variables.get("soft_holding_uuid") if session else None
        if session and held and session.down:
            self._held, self._session = held, None

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

    def _confirms(self, peer: Contender) -> bool:
        """Starts to ask an answered leg for the key, where one is wanted."""
        channel = peer.channel
        key = channel.get("group_confirm_key") or self._options.confirm_key
        if not key:
            return False
        own = channel.get("group_confirm_timeout") or ""
        limit = integer(own) if is_number(own) else self._options.confirm_timeout
        elapsed = self._switch.clock.second - self._start
        if limit > 0:
            peer.limit = peer.progress_limit = elapsed + limit
        elif self._options.cancel_timeout or is_number(own):
            peer.limit = peer.progress_limit = 0
        channel.tagged = True
        self._switch.clock.spawn(confirm(channel, key, self._variables))
        return True

    def _time_out_legs(self) -> None:
        elapsed = self._switch.clock.second - self._start
        release(self._peers, elapsed)
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

    def _expired(self) -> bool:
        elapsed = self._switch.clock.second - self._start
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
        clock = self._switch.clock
        elapsed = clock.second - self._start
        limits = [self._options.timeout, *ahead(self._peers)]
        following = min((limit for limit in limits if limit > elapsed), default=elapsed + 1)
        return max(clock.until(self._start + following), 0.001)

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
        from dialform.simulator.calls.bridge import uuid_bridge

        held = self._switch.channel(self._held)
        if held:
            self._force, self.over = "ATTENDED_TRANSFER", True
            if winner is None or not uuid_bridge(held, winner.channel):
                held.hangup("NORMAL_UNSPECIFIED")
            return None
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
