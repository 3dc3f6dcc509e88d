"""Click-to-call: rings an extension, and when somebody picks up, dials as that extension does."""

import asyncio
import contextlib
import uuid as uuids
from collections.abc import Callable

from dialform.reconcile.desk import dialling
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import Failed, NotThere
from dialform.reconcile.desk.scope import Scope
from dialform.switch import Client, Expectation, NotSeen, SwitchError
from dialform.switch.questions import global_variable, registrations
from dialform.values import dataclass

_EVENTS = ("CHANNEL_ANSWER", "CHANNEL_BRIDGE", "CHANNEL_EXECUTE", "CHANNEL_HANGUP_COMPLETE")

NOT_ANSWERED = {
    "USER_NOT_REGISTERED": "no phone of it is registered",
    "SUBSCRIBER_ABSENT": "no phone of it is registered",
    "NO_ANSWER": "nobody picked up",
    "NO_USER_RESPONSE": "its phone does not answer at all",
    "ALLOTTED_TIMEOUT": "nobody picked up",
    "ORIGINATOR_CANCEL": "the call was given up",
    "PROGRESS_TIMEOUT": "its phone cannot be reached",
    "RECOVERY_ON_TIMER_EXPIRE": "its phone cannot be reached",
    "NORMAL_TEMPORARY_FAILURE": "its phone cannot be reached",
    "USER_BUSY": "it is busy",
    "CALL_REJECTED": "it was declined",
}
"""Hangup causes in words."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of it. `outcome` is answered, refused, failed, or dialling, as far as was waited."""

    uuid: str
    outcome: str
    reason: str = ""
    """The refusal's name (`toll`), or the hangup cause."""


Tell = Callable[[str], None]


async def call(
    client: Client, customer: Customer, scope: Scope, caller: str, dialled: str,
    *, tell: Tell, patience: float,
) -> Placed:  # fmt: skip
    """Rings `caller`, dials `dialled`, and waits up to `patience` seconds for the far end.

    Do not disturb and forwards of the caller's own are not asked: it is the caller who wants to speak.
    Raises NotThere, Failed, and what the client raises.
    """
    if caller not in customer.extensions or not scope.extension(customer.slug, caller):
        raise NotThere(f"There is no extension {caller}.")
    user = f"{caller}.{customer.slug}"
    phones = await registrations(client.api)
    if not any(p.user == user and customer.answers_to(p.domain) for p in phones):
        raise Failed(f"Extension {caller} cannot be rung: {NOT_ANSWERED['USER_NOT_REGISTERED']}.")
    revision = await global_variable(client.api, "dialform_revision")
    mark = str(uuids.uuid4())
    command = dialling.command(customer, caller, dialled, mark, revision)
    await client.subscribe(*_EVENTS)
    with client.expect(lambda event: event.get(f"variable_{dialling.MARK}") == mark) as seen:
        tell(f"ringing {caller}")
        reply = (await _ring(client, command, mark)).strip()
        if not reply.startswith("+OK"):
            cause = reply.removeprefix("-ERR").strip()
            said = NOT_ANSWERED.get(cause, cause or "the switch says nothing")
            raise Failed(f"Extension {caller} did not answer: {said}.")
        tell(f"{caller} answered, dialling {dialled}")
        return await _outcome(seen, reply.removeprefix("+OK").strip(), patience)


async def _ring(client: Client, command: str, mark: str) -> str:
    """Rings until somebody picks up. Who gives up in the meantime leaves no phone ringing."""
    try:
        return await client.bgapi(command, timeout=dialling.RING_SECONDS + 10.0)
    except asyncio.CancelledError:
        with contextlib.suppress(SwitchError):
            await client.api(f"hupall ORIGINATOR_CANCEL {dialling.MARK} {mark}")
        raise


async def _outcome(seen: Expectation, uuid: str, patience: float) -> Placed:
    """What becomes of the caller's leg: somebody answers, it is refused, or it ends."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    refused = ""
    while True:
        try:
            event = await seen.next(max(until - loop.time(), 0.0))
        except NotSeen:
            return Placed(uuid, "dialling")
        if event.get("Unique-ID") != uuid:
            continue
        refused = event.get("variable_dialform_refused") or refused
        if event.name == "CHANNEL_BRIDGE":
            return Placed(uuid, "answered")
        if event.name == "CHANNEL_HANGUP_COMPLETE":
            cause = event.get("Hangup-Cause")
            return Placed(uuid, "refused" if refused else "failed", refused or cause)
        if refused and event.name == "CHANNEL_EXECUTE":
            return Placed(uuid, "refused", refused)
        if event.name == "CHANNEL_EXECUTE" and event.get("Application") in _TALKS:
            return Placed(uuid, "answered")


_TALKS = frozenset(
    (
        "voicemail",
        "ivr",
        "conference",
        "callcenter",
        "playback",
        "phrase",
        "valet_park",
        "directory",
    )
)
"""Applications that answer by themselves: there is no other leg to wait for."""
