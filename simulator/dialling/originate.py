"""Originate: one dial string's groups of legs, tried until somebody answers.

After `switch_ivr_originate`. One group is a `race.Race`; several dial strings with `:_:` between them
are `enterprise`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dialform.simulator.calls.caller import Profile
from dialform.simulator.calls.causes import listed
from dialform.simulator.calls.endpoint import Cancel
from dialform.simulator.dialling.dialstring import ENTERPRISE, DialStringError, Leg, parse
from dialform.simulator.dialling.options import Options
from dialform.simulator.dialling.race import Race
from dialform.simulator.reading.words import integer, true
from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.switch import Switch

COPIED = (
    "group_confirm_key", "group_confirm_file", "group_confirm_read_timeout",
    "group_confirm_cancel_timeout", "group_confirm_timeout", "forked_dial", "fail_on_single_reject",
    "hangup_on_single_reject", "ignore_early_media", "bridge_early_media",
    "originate_continue_on_timeout", "ignore_ring_ready", "return_ring_ready", "ring_ready",
    "instant_ringback", "progress_timeout", "language",
)  # fmt: skip
"""Variables of the caller's channel that count as if they stood in `{…}`."""

DEFAULT_TIMEOUT = 60


@dataclass(slots=True)
class Request:
    """One originate. Times are seconds."""

    switch: Switch
    session: Channel | None
    text: str
    timeout: int = 0
    profile: Profile | None = None
    """The caller profile that the legs get, instead of the session's."""
    variables: dict[str, str] = field(default_factory=dict)
    """What an outer dial string said in its `{…}`."""
    name: str | None = None
    number: str | None = None
    """The caller ID, whatever the caller's own is."""
    noblock: bool = False
    """Only make the first channel: somebody else waits for its answer."""
    cancel: Cancel | None = None
    stage: int = 0


@dataclass(slots=True)
class Outcome:
    """The leg that was won, or why there is none."""

    channel: Channel | None
    cause: str


async def originate(request: Request) -> Outcome:
    """Tries a dial string. Waits until a leg is answered or all have failed."""
    if ENTERPRISE in request.text:
        from dialform.simulator.dialling.enterprise import originate_all

        return await originate_all(request)
    session, switch = request.session, request.switch
    request.stage = request.stage or switch.next_stage()
    if session:
        _prepare(session)
        if (limit := session.get("call_timeout")) is not None:
            request.timeout = integer(limit)
    try:
        dial = parse(request.text)
    except DialStringError:
        return _failed(request, "DESTINATION_OUT_OF_ORDER")
    variables = dict(request.variables)
    if session:
        export(session, variables)
    variables |= dial.variables
    if not any(dial.groups):
        return _failed(request, "DESTINATION_OUT_OF_ORDER")
    await _delay(request, variables)
    if session:
        for name in COPIED:
            value = session.variables.get(name)
            if value is not None:
                variables.setdefault(name, value)
        session.set("originate_disposition", "failure")
        session.set("DIALSTATUS", "INVALIDARGS")
    options = Options.read(variables, request.timeout or DEFAULT_TIMEOUT)
    _caller_id(request, variables)
    outcome = await _groups(request, dial.groups, variables, options)
    return _finish(request, outcome, options)


def _prepare(session: Channel) -> None:
    if session.get("preserve_originated_vars") != "false":
        session.set("originated_legs", None)
        session.set("originate_causes", None)
    session.switch.execute_on(session, "execute_on_pre_originate")


def export(session: Channel, variables: dict[str, str], names: str = "export_vars") -> None:
    """Adds what `export` marked to the variables of the legs (`switch_channel_process_export`)."""
    listed_names = session.get(names)
    if not listed_names:
        return
    variables[names] = listed_names
    for name in listed_names.split(","):
        value = session.get(name.strip())
        if value is not None:
            variables[plain(name.strip())] = value


def plain(name: str) -> str:
    """A variable's name without `nolocal:`."""
    return name.removeprefix("nolocal:").removeprefix("_nolocal_")


async def _delay(request: Request, variables: Mapping[str, str]) -> None:
    """`originate_delay_start`, in milliseconds; an inner originate waits for it again."""
    delay = integer(variables.get("originate_delay_start", "0"))
    if request.noblock or delay <= 0:
        return
    if request.cancel is None:
        await request.switch.clock.sleep(delay / 1000)
    elif not request.cancel.cause:
        await request.switch.clock.wait(request.cancel.signal, timeout=delay / 1000)


def _caller_id(request: Request, variables: dict[str, str]) -> None:
    for name, value in (
        ("origination_caller_id_name", request.name),
        ("origination_caller_id_number", request.number),
    ):
        if value is not None:
            variables.setdefault(name, value)


async def _groups(
    request: Request,
    groups: tuple[tuple[Leg, ...], ...],
    variables: dict[str, str],
    options: Options,
) -> Outcome:
    outcome = Outcome(None, "NONE")
    groups = groups[:1] if request.noblock else groups
    for number, group in enumerate(groups):
        if request.cancel and request.cancel.cause:
            break
        if number:
            request.stage = request.switch.next_stage()
        legs = group[:1] if request.noblock else group
        race = Race(request, options, legs, variables, len(groups) > 1)
        outcome = Outcome(await race.run(), race.cause)
        if outcome.channel or race.over:
            break
    return outcome


def _failed(request: Request, cause: str) -> Outcome:
    if request.session:
        request.session.set("originate_disposition", cause)
    return Outcome(None, cause)


def _finish(request: Request, outcome: Outcome, options: Options) -> Outcome:
    session, channel = request.session, outcome.channel
    if channel:
        if session:
            session.profile.originatees.append(channel.profile)
            session.set("signal_bond", channel.uuid)
            session.set("originate_signal_bond", None)
        request.switch.execute_on(channel, "execute_on_post_originate")
    if outcome.cause == "NONE":
        outcome.cause = "ORIGINATOR_CANCEL" if request.cancel else "DESTINATION_OUT_OF_ORDER"
    if session:
        request.switch.execute_on(session, "execute_on_post_originate")
        if options.hangup_on_reject and not channel:
            session.hangup(outcome.cause)
    return outcome


def handle_cause(channel: Channel, cause: str) -> None:
    """What becomes of a caller whose legs failed (`switch_channel_handle_cause`)."""
    if channel.down:
        return
    on = channel.get("continue_on_fail")
    failures = channel.get("failure_causes")
    if cause != "ATTENDED_TRANSFER":
        if on or failures:
            if failures and not listed(cause, failures):
                return
            if on and (true(on) or listed(cause, on)):
                return
        elif cause in ("NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL"):
            return
        _transfer_on_fail(channel, cause)
    if not channel.transfer and channel.state != channel.state.ROUTING:
        channel.hangup(cause)


def _transfer_on_fail(channel: Channel, cause: str) -> None:
    from dialform.simulator.calls.transfer import transfer

    causes, *target = (channel.get("transfer_on_fail") or "").split(" ")
    if causes and not true(causes) and listed(cause, causes):
        number = target[0] if target and target[0] != "auto_cause" else cause
        transfer(channel, number, *target[1:3])
