"""Callers who wait in a queue that goes: they are led out of it, never left behind."""

import re
from html import unescape
from pathlib import Path

from dialform.compiler.planning.actions import CALLERS
from dialform.reconcile.wanted import Resources
from dialform.switch import questions
from dialform.switch.questions import Ask

_WAIT = frozenset(("Waiting", "Trying"))
_NUMBER = re.compile(r'field="destination_number" expression="([^"]*)"')


async def lead_out(ask: Ask, queue: str, to: str) -> int:
    """Sends each who waits to `to` (`1999 XML acme.flow`); ends the call where that is empty.

    How many commands were sent. Who hung up in the meantime is nobody to be sent; that nobody waits any
    more is proven by asking again. Raises SwitchError.
    """
    kind = CALLERS["lead" if to else "end"]
    sent = 0
    for member in await questions.members(ask, queue):
        if member["state"] in _WAIT:
            await ask(kind.command.format(uuid=member["session_uuid"], to=to))
            sent += 1
    return sent


def leads(want: Resources, to: str) -> bool:
    """Whether a destination of a tenant exists in a configuration: `1999 XML acme.flow`.

    Only the tenant's own dialplan is asked: what it shares with others ends calls, nothing else.
    """
    number, _, rest = to.partition(" ")
    context = rest.removeprefix("XML ")
    slug = context.removesuffix(".flow")
    if slug not in want.tenants:
        return False
    path = Path(want.folder) / "freeswitch" / "tenants" / slug / "dialplan.xml"
    try:
        text = path.read_text("utf-8")
    except OSError:
        return False
    _, found, inside = text.partition(f'<context name="{context}">')
    inside = inside.partition("</context>")[0]
    return bool(found) and any(
        _matches(unescape(pattern), number) for pattern in _NUMBER.findall(inside)
    )


def _matches(pattern: str, number: str) -> bool:
    try:
        return re.search(pattern, number) is not None
    except re.error:  # PCRE knows more than we do
        return False
