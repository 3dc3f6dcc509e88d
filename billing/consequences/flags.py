"""The flag that the dialplan asks before a call goes outside: why a tenant may not, or none.

It stands in the switch's own database (mod_db), which outlives the switch: nothing is taken for granted, all
is read once a connection is made. What replies mean was seen on FreeSWITCH 1.10.12: `+OK` for each insert and
delete, even where nothing was there, and even where the database refused it (mod_db.c does not look); so what
was written is read back.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from dialform.billing.consequences.standing import Standing
from dialform.compiler.terms import Terms
from dialform.values import dataclass

Ask = Callable[[str], Awaitable[str]]
"""Sends an API command, gives the reply."""

LIMIT, CREDIT, NONE = "limit", "credit", ""
WORDS = (LIMIT, CREDIT)
"""The flags that there are. They are names of refusals (renderers/freeswitch/refusals.py)."""


class FlagError(Exception):
    """The switch did not take a flag: one sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """A flag that was set or taken away."""

    tenant: str
    before: str
    now: str


def flag(terms: Terms, standing: Standing) -> str:
    """The flag of a tenant: `limit` where one is reached, `credit` where there is none left, or none."""
    if 0 <= terms.daily <= standing.day or 0 <= terms.monthly <= standing.month:
        return LIMIT
    if terms.block_on_zero and standing.balance <= 0:
        return CREDIT
    return NONE


def can_be_flagged(terms: Terms) -> bool:
    """Whether anything that a tenant does can set its flag."""
    return terms.daily >= 0 or terms.monthly >= 0 or terms.block_on_zero


class Flags:
    """The flags of one switch, as they are known to stand there."""

    def __init__(self) -> None:
        self.there: dict[str, str] = {}
        """What is set, by tenant. Only what was read is known."""
        self._known: set[str] = set()

    def forget(self) -> None:
        """Another switch, or another connection: nothing is known any more."""
        self.there.clear()
        self._known.clear()

    async def bring(self, ask: Ask, wanted: Mapping[str, str]) -> list[Change]:
        """Make the flags what is wanted, a word or none by tenant; only what differs is sent.

        Raises FlagError once all were tried, and what asking does: what was done until then is known.
        """
        done: list[Change] = []
        failed: FlagError | None = None
        for tenant, word in wanted.items():
            if tenant not in self._known:
                self._learn(tenant, await _read(ask, tenant))
            before = self.there.get(tenant, NONE)
            if before == word:
                continue
            try:
                await self._set(ask, tenant, word)
            except FlagError as error:
                failed = failed or error
            else:
                done.append(Change(tenant, before, word))
        if failed is not None:
            raise failed
        return done

    async def check(self, ask: Ask, tenants: Iterable[str]) -> None:
        """Read again what stands there: somebody may have changed it by hand."""
        for tenant in tenants:
            self._learn(tenant, await _read(ask, tenant))

    async def _set(self, ask: Ask, tenant: str, word: str) -> None:
        self._known.discard(tenant)  # until it is read back
        command = f"insert/{_key(tenant)}/{word}" if word else f"delete/{_key(tenant)}"
        reply = await ask(f"db {command}")
        found = await _read(ask, tenant)
        self._learn(tenant, found)
        if reply.strip() != "+OK" or found != word:
            said = " ".join(reply.split())[:80]
            raise FlagError(
                f"The switch did not take the flag of {tenant} (it said: {said}): its database is full, "
                "locked or not there."
            )

    def _learn(self, tenant: str, word: str) -> None:
        self._known.add(tenant)
        if word:
            self.there[tenant] = word
        else:
            self.there.pop(tenant, None)


async def _read(ask: Ask, tenant: str) -> str:
    """The flag that stands there. A key that is missing reads `-ERR no reply`."""
    found = (await ask(f"db select/{_key(tenant)}")).strip()
    return found if found in WORDS else NONE


def _key(tenant: str) -> str:
    return f"{tenant}-block/outbound"
