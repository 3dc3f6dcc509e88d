"""Agents of queues at work: logged in as their phones log them in, out, and on a break.

What a login says comes from the compiled dialplan, where the code that phones dial for it finds it too: an
agent who was never logged in is none that the switch knows.
"""

import re
from pathlib import Path

from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import Failed, NotThere
from dialform.reconcile.desk.scope import Scope
from dialform.switch.questions import Ask, tiers
from dialform.values import dataclass

AVAILABLE, BREAK, OUT = "Available", "On Break", "Logged Out"
"""Words of mod_callcenter for where an agent is."""

_ENTRY = re.compile(
    r'expression="\^agent-([0-9]+)\$"/?>\s*<action application="set" data="dialform_agent=([^"]*)"'
)
_LOGIN = re.compile(r"([0-9]+) ([0-9]+) ([0-9]+) ([0-9]+) ((?:[a-z0-9.-]+:[0-9]+:[0-9]+ )*)\.")
_FINE = "+OK"


@dataclass(frozen=True, slots=True)
class Login:
    """What comes with an agent that logs in: seconds, and its places as (queue, level, position)."""

    ring: int
    wrap_up: int
    rest: int
    busy: int
    places: tuple[tuple[str, str, str], ...]


def logins(conf: Path, customer: Customer) -> dict[str, Login]:
    """The agents of a tenant by their extension, as the switch's own folder has them. Raises OSError."""
    text = (conf / "tenants" / customer.slug / "dialplan.xml").read_text("utf-8")
    found = {number: _LOGIN.fullmatch(said) for number, said in _ENTRY.findall(text)}
    return {number: _login(one) for number, one in found.items() if one is not None}


def _login(found: re.Match[str]) -> Login:
    ring, wrap_up, rest, busy = (int(found[at]) for at in range(1, 5))
    places = [place.split(":") for place in found[5].split()]
    return Login(ring, wrap_up, rest, busy, tuple((q, level, at) for q, level, at in places))


async def set_status(
    ask: Ask, scope: Scope, customer: Customer, number: str, status: str, login: Login | None
) -> None:
    """Put an agent to work, on a break, or home; `login` is its own, None where it is no agent.

    Raises NotThere, Failed, and what asking raises.
    """
    if login is None or not scope.extension(customer.slug, number):
        raise NotThere(f"There is no agent {number}.")
    who = f"{customer.slug}.{number}"
    before = (await ask(f"callcenter_config agent get status {who}")).strip()
    known = not before.startswith("-ERR")
    if status == BREAK and before not in (AVAILABLE, BREAK):
        raise Failed(f"Agent {number} is not logged in: there is nothing to take a break from.")
    if status == AVAILABLE and before != BREAK:
        await _enter(ask, who, customer, number, login)
    if known or status == AVAILABLE:
        await ask(f"callcenter_config agent set status {who} '{status}'")
    now = (await ask(f"callcenter_config agent get status {who}")).strip()
    if now != status and (known or status != OUT):
        raise Failed(
            f"The switch did not do it: it says that agent {number} is {now or 'nothing'}."
        )


async def _enter(ask: Ask, who: str, customer: Customer, number: str, login: Login) -> None:
    """All that the switch knows of an agent, anew: never older than the last login."""
    for place in [tier for tier in (await tiers(ask)).values() if tier.agent == who]:
        await ask(f"callcenter_config tier del {place.queue} {who}")
    contact = (
        f"[leg_timeout={login.ring},outbound_redirect_fatal=true]user/{number}@{customer.domain}"
    )
    await ask(f"callcenter_config agent add {who} Callback")
    for key, value in (
        ("contact", contact), ("wrap_up_time", login.wrap_up), ("no_answer_delay_time", login.rest),
        ("busy_delay_time", login.busy), ("reject_delay_time", login.busy),
    ):  # fmt: skip
        reply = (await ask(f"callcenter_config agent set {key} {who} {value}")).strip()
        if not reply.startswith(_FINE):
            raise Failed(f"The switch did not take agent {number}: {reply or 'it says nothing'}.")
    for queue, level, position in login.places:
        await ask(f"callcenter_config tier add {queue} {who} {level} {position}")
