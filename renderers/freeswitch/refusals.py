"""How a call is refused: the reason's name, and the cause that gives the right SIP answer."""

CAUSES = {
    "toll": "OUTGOING_CALL_BARRED",
    "blocked": "CALL_REJECTED",
    "suspended": "OUTGOING_CALL_BARRED",
    "limit": "OUTGOING_CALL_BARRED",
    "credit": "OUTGOING_CALL_BARRED",
    "do_not_call": "OUTGOING_CALL_BARRED",
    # Over WebSocket without a webphone; or a call of somebody else's.
    "not_allowed": "OUTGOING_CALL_BARRED",
    "no_route": "UNALLOCATED_NUMBER",
    "not_found": "UNALLOCATED_NUMBER",
    "cap": "USER_BUSY",
}
"""Cause of each refusal. mod_sofia.c, hangup_cause_to_sip(): barred is 403, unallocated 404, busy
486, rejected 603: a blocked caller's network need not look for another way."""

HANGUPS = {
    "normal": "NORMAL_CLEARING",
    "busy": "USER_BUSY",
    "congestion": "NORMAL_CIRCUIT_CONGESTION",
    "rejected": "CALL_REJECTED",
    "not_found": "UNALLOCATED_NUMBER",
}
"""The cause that each `hangup:` of the site ends a call with."""

CONTEXT = "refused"
"""The context whose numbers are these names."""


def refuse(reason: str) -> str:
    """What `transfer` takes to refuse the call. Raises KeyError for a reason without a cause."""
    assert CAUSES[reason]
    return f"{reason} XML {CONTEXT}"


def by_cause() -> list[tuple[str, list[str]]]:
    """Each cause with the reasons that end in it."""
    grouped: dict[str, list[str]] = {}
    for reason, cause in CAUSES.items():
        grouped.setdefault(cause, []).append(reason)
    return list(grouped.items())
