"""Several dial strings at once, each with an originate of its own: `a:_:b` (`enterprise_originate`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.calls.endpoint import Cancel
from dialform.simulator.dialling.dialstring import DialStringError, enterprise
from dialform.simulator.dialling.originate import Outcome, Request, export, handle_cause, originate
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.clock import Signal

_OWN = {
    "effective_ani": "origination_ani",
    "effective_caller_id_name": "origination_caller_id_name",
    "effective_caller_id_number": "origination_caller_id_number",
}


@dataclass(slots=True)
class _Strand:
    """One of the originates."""

    request: Request
    cancel: Cancel
    outcome: Outcome | None = None

    async def run(self, done: Signal) -> None:
        outcome = await originate(self.request)
        if self.cancel.cause and outcome.channel:
            # It was answered in the same moment in which another one won.
            outcome.channel.set("group_dial_status", "loser")
            outcome.channel.hangup("LOSE_RACE")
            outcome = Outcome(None, "LOSE_RACE")
        self.outcome = outcome
        done.fire()


async def originate_all(request: Request) -> Outcome:
    """Runs all of them until one wins."""
    session, switch = request.session, request.switch
    try:
        variables, texts = enterprise(request.text)
    except DialStringError:
        return Outcome(None, "DESTINATION_OUT_OF_ORDER")
    stage = request.stage or switch.next_stage()
    shared = dict(request.variables)
    if session:
        shared["ent_originate_aleg_uuid"] = session.uuid
        export(session, shared)
        for name, variable in _OWN.items():
            value = session.get(name)
            if value is not None:
                shared[variable] = value
    shared |= variables | {"ignore_early_media": "true"}
    done = switch.clock.signal()
    strands = [_strand(request, text, shared, stage) for text in texts]
    tasks = [switch.clock.spawn(strand.run(done)) for strand in strands]
    winner = await _first(request, strands, done)
    cause = _cancel(request, strands, winner)
    for task in tasks:
        while not task.done:
            await switch.clock.wait(task.finished)
    if winner and winner.outcome and winner.outcome.channel:
        return _won(session, winner.outcome.channel)
    return _lost(session, strands, cause)


def _strand(request: Request, text: str, variables: dict[str, str], stage: int) -> _Strand:
    cancel = Cancel(request.switch.clock.signal())
    profile = request.session.caller.clone() if request.session else request.profile
    inner = Request(request.switch, None, text, request.timeout, profile, dict(variables))
    inner.cancel, inner.stage = cancel, stage
    inner.name, inner.number = request.name, request.number
    return _Strand(inner, cancel)


async def _first(request: Request, strands: list[_Strand], done: Signal) -> _Strand | None:
    session, cancel = request.session, request.cancel
    while not (session and not session.ready) and not (cancel and cancel.cause):
        for strand in strands:
            if strand.outcome and strand.outcome.channel:
                return strand
        if all(strand.outcome for strand in strands):
            return None
        if session and session.private and not session.busy:
            await session.run_private()
            continue
        signals = [done]
        signals += [session.changed] if session else []
        signals += [cancel.signal] if cancel else []
        await request.switch.clock.wait(*signals)
    return None


def _cancel(request: Request, strands: list[_Strand], winner: _Strand | None) -> str:
    outer = request.cancel.cause if request.cancel else ""
    cause = outer or ("LOSE_RACE" if winner else "ORIGINATOR_CANCEL")
    for strand in strands:
        if strand is not winner:
            strand.cancel(cause)
    return cause


def _won(session: Channel | None, channel: Channel) -> Outcome:
    if session:
        channel.profile.originators.append(session.profile)
        session.profile.originatees.append(channel.profile)
        session.set("originate_disposition", "success")
    return Outcome(channel, "SUCCESS")


def _lost(session: Channel | None, strands: list[_Strand], cancelled: str) -> Outcome:
    cause = "SUCCESS"
    for strand in strands:
        found = strand.outcome.cause if strand.outcome else cancelled
        if session and session.ready and found not in ("", "NONE", "SUCCESS"):
            handle_cause(session, found)
        if found not in ("LOSE_RACE", "NO_PICKUP"):
            cause = found
    if cause == "SUCCESS":
        cause = "NO_ANSWER"
    if session:
        session.set("originate_disposition", "failure")
        session.set("hangup_cause", cause)
    return Outcome(None, cause)
