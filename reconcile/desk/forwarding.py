"""Where calls to an extension go by its people's own will: forwarded, or not disturbed.

The same that `*72`, `*73`, `*78` and `*79` write, where the dialplan looks for it: the switch's own database
(renderers/freeswitch/templates/_features.xml.j2, _in_call.xml.j2). Never in git.
"""

import re

from dialform.compiler.numbering import feature_codes
from dialform.compiler.scope import Scope
from dialform.reconcile.desk.errors import Failed, Unusable
from dialform.switch import UnexpectedReply, store
from dialform.switch.questions import Ask
from dialform.values import dataclass

_NUMBER = re.compile(r"\+?[0-9]{2,20}", re.ASCII)
_GAPS = str.maketrans("", "", " -()./\u00a0")
_ON = "on"


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Of one extension. `to` is empty where nothing is forwarded."""

    to: str = ""
    dnd: bool = False


@dataclass(frozen=True, slots=True)
class Codes:
    """What people dial for it; a code that is off is empty, and what it does can do nothing."""

    forward_on: str
    forward_off: str
    dnd_on: str
    dnd_off: str


def codes_of(scope: Scope) -> Codes:
    """The codes of a tenant."""
    found = {name: code for code, name in feature_codes(scope).items()}
    return Codes(
        *(found.get(name, "") for name in ("forward_on", "forward_off", "dnd_on", "dnd_off"))
    )


async def read(ask: Ask, slug: str, extension: str) -> Forwarding:
    """How it stands. What the dialplan would not take for a number forwards nothing."""
    to = await store.read(ask, f"{slug}-cfa", extension)
    dnd = await store.read(ask, f"{slug}-dnd", extension)
    return Forwarding(to if _NUMBER.fullmatch(to) else "", dnd == _ON)


async def forward(ask: Ask, scope: Scope, extension: str, typed: str) -> str:
    """Forwards all calls of an extension, or none where nothing is typed; the number as it now stands.

    What nobody can forward to by phone cannot be forwarded to here. Raises Unusable, Failed.
    """
    to = typed.translate(_GAPS)
    if to:
        if not _NUMBER.fullmatch(to):
            raise Unusable(
                f"{typed[:40]!r} is no number: 2 to 20 digits are, with `+` in front or not."
            )
        if to == extension:
            raise Unusable(f"Extension {extension} cannot be forwarded to itself.")
        if to in scope.view.emergency_numbers:
            raise Unusable(f"{to} is an emergency number: nobody can forward to one.")
    await _write(ask, f"{scope.slug}-cfa", extension, to)
    return to


async def disturb(ask: Ask, slug: str, extension: str, *, dnd: bool) -> None:
    """Do not disturb, or disturb again. Raises Failed."""
    await _write(ask, f"{slug}-dnd", extension, _ON if dnd else "")


async def _write(ask: Ask, realm: str, key: str, value: str) -> None:
    try:
        await store.write(ask, realm, key, value)
    except UnexpectedReply:
        raise Failed(
            "The switch did not write it down: its database is full, locked or not there."
        ) from None
