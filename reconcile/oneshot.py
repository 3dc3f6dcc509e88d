"""`dialform apply`: a site as it lies there, by the agent's own way, once."""

import signal
from collections.abc import Callable

from dialform.reconcile import job
from dialform.reconcile.commits import Commits
from dialform.reconcile.compiling import Make
from dialform.reconcile.concluding import Result
from dialform.reconcile.ground import Ground
from dialform.reconcile.layout import Layout
from dialform.reconcile.lock import Lock
from dialform.reconcile.passing import Pass, Show
from dialform.reconcile.policy import Ending
from dialform.reconcile.settings import Settings
from dialform.reconcile.status import Listener
from dialform.reconcile.times import Times
from dialform.reconcile.watch import needs_restart
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. `needs_restart` is what the switch takes only when it is started again."""

    result: Result
    generation: str = ""
    needs_restart: tuple[str, ...] = ()


async def apply_once(
    settings: Settings, source: Commits, lock: Lock, *, show: Show | None = None,
    listener: Listener | None = None,
    make: Make = job.make_apart, times: Times | None = None,
) -> Applied:  # fmt: skip
    """One pass by hand: what is held back because it failed, or rewrote history, is taken all the same.

    Suspension, signatures, safety limits and the window hold as ever. Raises OSError, FencedError.
    """
    ground = Ground(settings, Layout(settings.state), lock, times or Times())
    ground.generations.sweep()
    if listener is not None:
        ground.book.listeners.append(listener)
    from dialform.reconcile.billing.once import settle  # only where something is applied
    from dialform.reconcile.phones.once import announce

    pass_ = Pass(ground, source, make, show=show)
    with _calm(ground):
        try:
            async with ground:
                pass_.judge.by_hand = True
                result = await pass_.run(retry=True)
                if why := await announce(ground):
                    ground.log.warning("phones", why=why)
                if why := await settle(ground, ingest=False):
                    ground.log.warning("billing", why=why)
        finally:
            await job.close()
            ground.conclude()
    applied = ground.record.applied
    if result.ending is not Ending.GOOD or applied is None:
        return Applied(result)
    found = ground.generations.find(applied.generation)
    needs = needs_restart(ground.wanted(found), ground) if found is not None else []
    return Applied(result, applied.generation, tuple(needs))


class _calm:  # noqa: N801 - it stands in a `with`
    """Ctrl-C ends it after the command that runs, as with the agent; the record says where to go on."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._before: dict[int, Callable[..., object] | int | None] = {}

    def __enter__(self) -> None:
        def stop(*_: object) -> None:
            self._ground.stopping = True

        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, stop)
        except ValueError:  # not the main thread
            self._before.clear()

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
