"""Extensions as the dialplan sees them: those that behave alike share one entry.

A call to an extension is forwarded (*72), or rings; nobody answers; its follow-me has a try; and
then it goes where the reason says, to the extension's mailbox, or ends.
"""

from collections.abc import Iterator

from dialform.compiler.resolved import Extension, Tenant
from dialform.renderers.freeswitch import faxes
from dialform.renderers.freeswitch.flow import Flow
from dialform.values import dataclass, replace

HANG_UP = ""

BUSY = "^(?:USER_BUSY|CALL_REJECTED)$"
"""The dispositions after which the `busy` destination is taken."""

UNREGISTERED = (
    "^(?:USER_NOT_REGISTERED|SUBSCRIBER_ABSENT|NORMAL_TEMPORARY_FAILURE|NETWORK_OUT_OF_ORDER"
    "|DESTINATION_OUT_OF_ORDER|RECOVERY_ON_TIMER_EXPIRE|PROGRESS_TIMEOUT)$"
)
"""Those of a phone that is not there, or is registered and cannot be reached."""

NO_ANSWER = f"^(?!{BUSY.removeprefix('^')}|{UNREGISTERED.removeprefix('^')})"
"""All others: the phone rang, and nobody took the call."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """Extensions that ring for the same time and go on alike.

    `numbers` is an alternation; `seconds` is 0 where the extension's phones do not ring.
    `unanswered` is what `transfer` takes after the ringing (`$1` is the extension), empty where the
    call then ends with its cause.
    """

    numbers: str
    seconds: int
    unanswered: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Where the calls of extensions go, by the reason that nobody answered (`$1` as above).

    `numbers` is an alternation; each of `special` is a regular expression over the disposition and
    where it leads, and `otherwise` takes the rest.
    """

    numbers: str
    special: tuple[tuple[str, str], ...]
    otherwise: str


def ringing(tenant: Tenant, flow: Flow) -> list[Ringing]:
    """The entries of a tenant's extensions."""
    followed = {entry.extension: "always" in entry.when for entry in tenant.follow_me}
    groups: dict[tuple[int, str], list[str]] = {}
    for extension in _extensions(tenant):
        number, seconds = extension.number, extension.ring_timeout
        after = _own_box(extension, flow)
        if number in followed:
            node, seconds = ("follow", 0) if followed[number] else ("unanswered", seconds)
            after = f"{node}-$1 XML {flow.context}"
        elif extension.no_answer or extension.busy or extension.unregistered:
            after = f"missed-$1 XML {flow.context}"
        groups.setdefault((seconds, after), []).append(number)
    return [
        Ringing("|".join(numbers), seconds, after) for (seconds, after), numbers in groups.items()
    ]


def missed(tenant: Tenant, flow: Flow) -> list[Missed]:
    """The dispatch by reasons, of extensions with destinations and of those with a follow-me."""
    followed = {entry.extension for entry in tenant.follow_me}
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for extension in _extensions(tenant):
        goes = _reasons(extension, _own_box(extension, flow), flow)
        named = extension.no_answer or extension.busy or extension.unregistered
        if named or extension.number in followed:
            reasons.setdefault(goes, []).append(extension.number)
    return [_dispatch(numbers, *goes) for goes, numbers in reasons.items()]


def _extensions(tenant: Tenant) -> Iterator[Extension]:
    """The extensions; where a fax machine is not there, its fax account receives."""
    for extension in tenant.extensions:
        if extension.type == "fax" and extension.unregistered is None:
            yield replace(extension, unregistered=faxes.stands_in(tenant, extension.number))
        else:
            yield extension


def _own_box(extension: Extension, flow: Flow) -> str:
    if extension.mailbox is None:
        return HANG_UP
    box = "$1" if extension.mailbox == extension.number else extension.mailbox
    return f"voicemail-{box} XML {flow.context}"


def _reasons(extension: Extension, otherwise: str, flow: Flow) -> tuple[str, str, str]:
    busy, unregistered, no_answer = (
        flow.to(target) if target else otherwise
        for target in (extension.busy, extension.unregistered, extension.no_answer)
    )
    return busy, unregistered, no_answer


def _dispatch(numbers: list[str], busy: str, unregistered: str, no_answer: str) -> Missed:
    special = ((BUSY, busy), (UNREGISTERED, unregistered))
    return Missed(
        "|".join(numbers), tuple(pair for pair in special if pair[1] != no_answer), no_answer
    )
