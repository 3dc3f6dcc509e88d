"""Why faxes stay queued, and why they fail: what the queue knows, and who should be sending."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dialform.reconcile.doctor.books import NoBooksError, books, known
from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.fax.queue import Queue
    from dialform.fax.queue.values import Job, Running, State, Waiting
    from dialform.fax.released import Company, Ways

_MICRO = 1_000_000
_LATE = 600
"""Seconds after which a fax that should have gone is stuck."""
_SILENT = 120
"""Seconds after which an agent that said nothing sends nothing. It says so each half minute."""
_DAY = 86_400
_MOST = 1000
"""Faxes that failed which are read."""
_FEW = 3
"""Fewer failures than this tell nothing."""
_LOOKED = "the queue of faxes"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of the queue at a moment (microseconds since 1970)."""

    now: int
    waiting: "list[Waiting]"
    running: "Running"
    heard: Mapping[str, int]
    """Host → when its agent was heard of last."""
    counts: "Mapping[State, int]"
    failed: "list[Job]"
    sent: int
    """Those that failed and that were sent within a day."""


async def check(ground: Ground) -> list[Finding]:
    """What waits, and what failed."""
    if known(ground) is None:
        words = "Without an agent's state folder nobody knows which ledger holds it."
        return [unknown("fax jobs", _LOOKED, words)]
    try:
        with books(ground) as ledger:
            from dialform.fax.queue import Queue

            seen = _look(Queue(ledger.database), ground)
    except NoBooksError as error:
        return [unknown("fax jobs", _LOOKED, f"Not looked at: {error}")]
    found = [*_error(ground), *await _stuck(ground, seen), *_failures(seen)]
    if not found:
        held = f"{seen.counts['queued']} wait for their time or turn, {seen.counts['sending']} are being sent"
        found.append(ok("fax jobs", _LOOKED, f"{held}; nothing is late."))
    return found


def _look(queue: "Queue", ground: Ground) -> _Seen:
    now = int(ground.machine.now() * _MICRO)
    tenant = ground.tenant or None
    since = now - _DAY * _MICRO
    ended = {
        state: [
            one
            for one in queue.jobs(tenant, states=(state,), most=_MOST, newest=True)
            if one.ended >= since
        ]
        for state in ("failed", "sent")
    }
    waiting = [one for one in queue.waiting(now) if tenant in (None, one.tenant)]
    return _Seen(
        now, waiting, queue.running(), queue.seen(), queue.counts(tenant), ended["failed"],
        len(ended["sent"]),
    )  # fmt: skip


def _error(ground: Ground) -> Iterator[Finding]:
    """What the agent of this host says."""
    said = (ground.status or {}).get("fax") or {}
    if words := said.get("error") or said.get("send_error"):
        yield problem(
            "faxes", "status.json", str(words), "The agent of this host cannot send faxes.",
            "`dialform status` says since when.",
        )  # fmt: skip


async def _stuck(ground: Ground, seen: _Seen) -> list[Finding]:
    from dialform.fax.released import ReleaseError, companies, ways_of

    late = [one for one in seen.waiting if seen.now - one.since > _LATE * _MICRO]
    if not late:
        return []
    assert ground.folders is not None
    try:
        here = {one.slug: one for one in companies(ground.folders.current)}
        ways = ways_of(ground.folders.current)
    except ReleaseError as error:
        return [unknown("fax jobs", _LOOKED, str(error))]
    found = []
    for one in late:
        minutes = (seen.now - one.since) // (60 * _MICRO)
        count = (
            f"{one.count} wait, the first ({one.job})" if one.count > 1 else f"Fax {one.job} waits"
        )
        cause, way_out = await _why(ground, seen, one, here.get(one.tenant), ways)
        found.append(problem(
            f"faxes of {one.tenant}", _LOOKED, f"{count} for {_long(minutes)}.", cause, way_out
        ))  # fmt: skip
    return found


async def _why(
    ground: Ground, seen: _Seen, waiting: "Waiting", company: "Company | None", ways: "Ways"
) -> tuple[str, str]:
    """Why nothing is done about a tenant's faxes, and what helps: the first thing that stands in the way."""
    show = f"`dialform fax show {waiting.job}` lists its attempts."
    last = max(seen.heard.values(), default=0)
    if seen.now - last > _SILENT * _MICRO:
        when = (
            f"since {datetime.fromtimestamp(last / _MICRO, UTC):%Y-%m-%d %H:%M} UTC"
            if last
            else "ever"
        )
        return (
            f"No agent sends: none was heard of {when}.",
            "Start it (`systemctl start dialform-agent`); `dialform status` says what it does.",
        )
    if company is None:
        return (
            "The tenant has no fax account in what this host runs.",
            "Add the account again, look on the host where the tenant lives, or `dialform fax cancel` them.",
        )
    if company.suspended:
        return "The tenant is suspended.", "An admin sets `status: active`."
    if company.concurrent_faxes == 0:
        return "The tenant may send no fax at once.", "An admin raises `limits: concurrent_faxes`."
    flag = (await ground.say(f"db select/{company.slug}-block/outbound") or "").strip()
    if flag in ("limit", "credit"):
        what = "has reached its daily or monthly limit" if flag == "limit" else "has no credit left"
        return f"The tenant {what}.", "It ends by itself, or by `limits`; credit by a payment."
    sending = seen.running.tenants.get(company.slug, 0)
    if 0 < company.concurrent_faxes <= sending:
        return (
            f"Its turn has not come: {sending} are being sent, as many as the tenant may at once.",
            "An admin raises `limits: concurrent_faxes`, or they go one after the other.",
        )
    full = [
        trunk.name for trunk in ways.trunks.values()
        if 0 < trunk.max_faxes <= seen.running.trunks.get(trunk.name, 0)
    ]  # fmt: skip
    if full and len(full) == len(ways.trunks):
        return (
            f"The trunks send as many faxes as they may at once ({', '.join(full)}).",
            "Raise `max_faxes` of the provider, or they go one after the other.",
        )
    if waiting.cause:
        return waiting.cause, show
    return "Nobody said why.", f"{show} The agent's log says more."


def _failures(seen: _Seen) -> Iterator[Finding]:
    """Where most faxes fail, that is no bad luck with one number."""
    count = len(seen.failed)
    if count < _FEW or count <= seen.sent:
        return
    cause, most = Counter(job.cause for job in seen.failed).most_common(1)[0]
    yield warning(
        "fax jobs", _LOOKED, f"{count} of {count + seen.sent} faxes failed within a day.",
        f"Most often ({most}): {cause}",
        "docs/fax.md says what each cause means; `dialform fax queue --only failed` lists them.",
    )  # fmt: skip


def _long(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
