"""Extensions as the dialplan sees them: those that behave alike share one entry."""

from dataclasses import dataclass

from dialform.compiler.resolved import Extension, Tenant
from dialform.renderers.freeswitch.flow import Flow

HANG_UP = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """Extensions that ring for the same time and go on alike.

    `numbers` is an alternation. `unanswered` is what `transfer` takes after the ringing (`$1` is the
    extension), empty where the call then ends with its cause.
    """

    numbers: str
    seconds: int
    unanswered: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Where the calls of one extension go, by the reason that nobody answered."""

    number: str
    busy: str
    unregistered: str
    no_answer: str


def ringing(tenant: Tenant, flow: Flow) -> tuple[list[Ringing], list[Reasons]]:
    """The entries of a tenant's extensions, and the dispatch for those with destinations."""
    groups: dict[tuple[int, str], list[str]] = {}
    reasons = []
    for extension in tenant.extensions:
        after = _own_box(extension, "$1", flow)
        if extension.no_answer or extension.busy or extension.unregistered:
            after = f"unanswered-$1 XML {flow.context}"
            reasons.append(_reasons(extension, flow))
        groups.setdefault((extension.ring_timeout, after), []).append(extension.number)
    entries = [
        Ringing("|".join(numbers), seconds, after) for (seconds, after), numbers in groups.items()
    ]
    return entries, reasons


def _own_box(extension: Extension, number: str, flow: Flow) -> str:
    """The extension's mailbox; `number` stands for it where it is the extension's own number."""
    if extension.mailbox is None:
        return HANG_UP
    box = number if extension.mailbox == extension.number else extension.mailbox
    return f"voicemail-{box} XML {flow.context}"


def _reasons(extension: Extension, flow: Flow) -> Reasons:
    otherwise = _own_box(extension, extension.number, flow)
    busy, unregistered, no_answer = (
        flow.to(target) if target else otherwise
        for target in (extension.busy, extension.unregistered, extension.no_answer)
    )
    return Reasons(extension.number, busy, unregistered, no_answer)
