"""callcenter, callcenter_track: waiting in a queue (mod_callcenter.c)."""

from __future__ import annotations

from contextlib import suppress

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel, InterruptedCallError
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.journal import Place
from dialform.simulator.meeting.callcenter import Callcenter, Member
from dialform.simulator.meeting.dispatch import Dispatcher
from dialform.simulator.meeting.logins import Logins


@application("callcenter", media=True)
async def callcenter(channel: Channel, data: str, place: Place | None) -> None:
    """Waits in a queue for an agent."""
    switch = channel.switch
    words = split(data, " ")
    center: Callcenter = switch.theme(Callcenter)
    if words:
        switch.theme(Logins).of(words[0])
    queue = center.queue(words[0]) if words else None
    if queue is None:
        switch.journal.step(channel, "failed", f"no queue {data}", {"queue": data}, place)
        return
    channel.answer()
    now = switch.clock.second
    member = Member(
        queue.name,
        switch.new_uuid(),
        channel.uuid,
        channel.get("caller_id_number") or "",
        channel.get("caller_id_name") or "",
        channel.profile.times.answered // 1_000_000,
        now,
        channel,
    )
    if queue.params["time-base-score"] == "system":
        member.base_score = now - member.system_epoch
    channel.set("cc_side", "member")
    channel.set("cc_member_uuid", member.uuid)
    channel.set("cc_queue", queue.name)
    channel.set("cc_queue_joined_epoch", str(now))
    channel.set("cc_agent_found", None)
    channel.set("cc_agent_bridged", None)
    switch.journal.visit(channel, "queue", queue.name, queue.element)
    center.members.append(member)
    dispatcher: Dispatcher = switch.theme(Dispatcher)
    dispatcher.start()
    with suppress(InterruptedCallError):
        await channel.wait(None, lambda: bool(member.leaves) or _found(channel))
    _leave(channel, member, center, dispatcher)


def _found(channel: Channel) -> bool:
    return channel.get("cc_agent_bridged") == "true"


def _leave(channel: Channel, member: Member, center: Callcenter, dispatcher: Dispatcher) -> None:
    found = channel.get("cc_agent_found") == "true"
    reason = member.leaves or ("" if found else "BREAK_OUT")
    channel.set("cc_agent_found", None)
    channel.private.clear()
    queue = center.queue(member.queue)
    if channel.down or reason:
        reason = reason or "NONE"
        member.state, member.session_uuid = "Abandoned", ""
        if member in center.members:
            center.members.remove(member)
        dispatcher.cancel(member, "ORIGINATOR_CANCEL")
        channel.set("cc_queue_canceled_epoch", str(channel.clock.second))
        channel.set("cc_cause", "cancel")
        channel.set("cc_cancel_reason", reason)
        if queue:
            queue.calls_abandoned += 1
        channel.switch.journal.step(channel, "failed", f"leaves {member.queue}: {reason}")
        return
    channel.set("cc_cause", "answered")
    if queue:
        queue.calls_answered += 1


@application("callcenter_track")
async def callcenter_track(channel: Channel, data: str, place: Place | None) -> None:
    """Counts this call for an agent: no queue asks them meanwhile."""
    switch = channel.switch
    logins: Logins = switch.theme(Logins)
    ended = logins.track(data)
    if ended is None:
        return
    channel.set("cc_tracked_agent", data)

    def done() -> None:
        ended()
        switch.theme(Dispatcher).changed.fire()

    channel.on_hangup.append(done)
