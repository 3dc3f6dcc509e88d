"""Whether a fax may go out now, and over which trunks: asked anew before each attempt."""

from collections.abc import Awaitable, Callable

from dialform.fax.queue.values import Job
from dialform.fax.released import Account, Company, Refusal, Trunk, Way
from dialform.fax.sending.after import for_a_day, waited
from dialform.reconcile.fax.released import Released
from dialform.renderers.freeswitch import caps
from dialform.values import dataclass, replace

Ask = Callable[[str], Awaitable[str]]

_LATER = frozenset({"suspended"})
"""Refusals that may pass; upon all others a fax has failed."""
_FLAGS = {
    "limit": "The tenant's daily or monthly limit is reached.",
    "credit": "The tenant has no credit left.",
}
"""What may stand in `<tenant>-block/outbound` (billing/consequences/flags.py)."""


@dataclass(frozen=True, slots=True)
class Go:
    """It may. `trunks` are those of its way, in order."""

    company: Company
    account: Account
    way: Way
    trunks: tuple[Trunk, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """It may not: never, or (`later`) not now. `words` is a sentence."""

    words: str
    later: bool


async def choose(job: Job, released: Released, ask: Ask, now: int) -> Go | Stop:
    """By what was released, and by the flags on the switch. Raises what asking does."""
    found = _allowed(job, released)
    if isinstance(found, Go):
        found = await _free(found, ask)
    if isinstance(found, Stop) and found.later and waited(job, now):
        return Stop(for_a_day(found.words), later=False)
    return found


async def _free(go: Go, ask: Ask) -> Go | Stop:
    """Whether the switch lets it go: no flag, and room for a call. It counts again at dialling."""
    company = go.company
    flag = (await ask(f"db select/{company.slug}-block/outbound")).strip()
    if flag in _FLAGS:
        return Stop(_FLAGS[flag], later=True)
    cap = caps.usage(company.cap_backend, "tenant", company.slug)
    if 0 < company.cap <= _count(await ask(cap) if company.cap > 0 else ""):
        return Stop("The tenant has all the calls that it may have at once.", later=True)
    free = [one for one in go.trunks if not one.limit or not await _is_full(one, ask)]
    if not free:
        return Stop("The trunks have all the calls that they may have at once.", later=True)
    return replace(go, trunks=tuple(free))


async def _is_full(trunk: Trunk, ask: Ask) -> bool:
    """By its limit: `hash trunk north 60 !CAUSE`."""
    backend, *_, most, _ = trunk.limit.split(" ")
    return _count(await ask(caps.usage(backend, "trunk", trunk.name))) >= int(most)


def _count(reply: str) -> int:
    """Of what nobody counts yet, Redis has nothing to say."""
    text = reply.strip()
    return int(text) if text.isascii() and text.isdecimal() else 0


def _allowed(job: Job, released: Released) -> Go | Stop:
    company = released.companies.get(job.tenant)
    account = company.accounts.get(job.account) if company is not None else None
    if company is None or account is None:
        return Stop(f"There is no fax account {job.account} any more.", later=False)
    if company.concurrent_faxes == 0:
        return Stop("The tenant may send no fax (`concurrent_faxes: 0`).", later=True)
    way = released.ways.way(company, account, job.to)
    if isinstance(way, Refusal):
        return Stop(way.words, later=way.name in _LATER)
    known = released.ways.trunks
    trunks = tuple(known[name] for name in way.providers if name in known)
    return Go(company, account, way, trunks)
