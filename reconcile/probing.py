"""Probe calls: numbers that somebody named must answer before a change counts as proven.

The call comes from the switch itself, into the tenant's own context, where its phones dial. It is hung up
as soon as it is answered, and its record says that it was a probe.
"""

import re
from collections.abc import Iterable, Sequence

from dialform.switch import Client
from dialform.values import dataclass

SECONDS = 20
"""How long a number may ring."""

_WRITTEN = re.compile(r"(?P<tenant>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)/(?P<number>[+*#0-9]{1,20})")


class ProbeError(Exception):
    """A probe is not written as one: one sentence."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A number of a tenant: `acme/600`."""

    tenant: str
    number: str

    @property
    def command(self) -> str:
        """What is sent. Both parts were checked: there is nothing in them that a dial string obeys."""
        own = f"ignore_early_media=true,originate_timeout={SECONDS},dialform_probe=true"
        # A probe that goes on to the outside is nobody's call: its trunk's leg says so.
        own += ",export_vars=dialform_probe"
        return f"originate {{{own}}}loopback/{self.number}/{self.tenant}/xml &hangup()"


def probes(texts: Iterable[str]) -> tuple[Probe, ...]:
    """Probes as they are written on the command line. Raises ProbeError."""
    found = []
    for text in texts:
        read = _WRITTEN.fullmatch(text)
        if read is None:
            raise ProbeError(f"'{text}' is no probe: write it as TENANT/NUMBER, such as acme/600.")
        found.append(Probe(read["tenant"], read["number"]))
    return tuple(found)


async def unanswered(client: Client, wanted: Sequence[Probe]) -> list[str]:
    """Those that did not answer, with the switch's own word for it. Raises SwitchError."""
    found = []
    for one in wanted:
        reply = (await client.bgapi(one.command, timeout=SECONDS + 10.0)).strip()
        if not reply.startswith("+OK "):
            found.append(f"probe {one.tenant}/{one.number}: {reply.removeprefix('-ERR ')[:60]}")
    return found
