"""`user/1001@domain`, `error/CAUSE` and `group/`: far ends that lead to other dial strings.

After `user_outgoing_channel` and `error_outgoing_channel` of mod_dptools.c.
"""

from __future__ import annotations

from dialform.simulator.calls.causes import cause
from dialform.simulator.calls.endpoint import Made, Wanted, outgoing
from dialform.simulator.dialling.originate import DEFAULT_TIMEOUT, Request, originate
from dialform.simulator.dialling.sip import note_refused
from dialform.simulator.dialplan.expand import expand
from dialform.simulator.reading.words import integer


@outgoing("error")
async def dial_error(wanted: Wanted) -> Made:
    """`error/USER_BUSY`: no channel, but a cause."""
    found = cause(wanted.destination)
    return Made(cause="DESTINATION_OUT_OF_ORDER" if found == "NONE" else found)


@outgoing("user")
async def dial_user(wanted: Wanted) -> Made:
    """`user/1001@domain`: what the user's `dial-string` says."""
    switch, session, variables = wanted.switch, wanted.session, wanted.variables
    number, at, domain = wanted.destination.partition("@")
    domain = domain if at else switch.globals.get("domain", "")
    user = switch.configuration.user(number, domain)
    if user is None:
        return Made(cause="SUBSCRIBER_ABSENT")
    dial_string = user.params.get("dial-string")
    for name, value in user.params.items():
        if name.lower().startswith("dial-var-"):
            variables[name[9:]] = value
    who = {"dialed_user": user.id, "dialed_domain": domain}
    variables |= who
    if not dial_string:
        return Made(cause="MANDATORY_IE_MISSING")
    if "presence_id=" not in dial_string:
        variables["presence_id"] = f"{user.id}@{domain}"
    timeout = variables.get("leg_timeout", "")
    if session:
        timeout = session.get("call_timeout") or timeout
        for name, value in who.items():
            session.set(name, value)
        text = session.expand(dial_string)
    else:
        timeout = variables.get("call_timeout") or timeout
        text = expand(
            dial_string,
            lambda name: variables.get(name) or switch.globals.get(name),
            lambda name, arguments: switch.function(name, arguments, None),
        )
    if f"user/{user.id}" in text:
        return Made(cause="INVALID_IE_CONTENTS")
    request = Request(switch, session, text, integer(timeout) or DEFAULT_TIMEOUT)
    request.profile, request.variables = wanted.profile, variables
    request.name = variables.get("origination_caller_id_name")
    request.number = variables.get("origination_caller_id_number")
    request.noblock, request.cancel, request.stage = wanted.forked, wanted.cancel, wanted.stage
    outcome = await originate(request)
    channel = outcome.channel
    if channel is None:
        if outcome.cause in ("USER_NOT_REGISTERED", "SUBSCRIBER_ABSENT"):
            note_refused(wanted, None, f"{user.id}@{domain}", user.id, outcome.cause)
        return Made(cause=outcome.cause)
    context = channel.get("user_context")
    if context:
        channel.profile.context = context
    for name, value in user.variables.items():
        channel.set(name, value)
    return Made(channel)
