"""One fetch at a time, in a thread of its own: who reads goes on without it, who saves waits for a while."""

import threading
import time
from collections.abc import Callable

from dialform.console.errors import ConsoleError

PATIENCE = 1.5
"""Seconds from its beginning for which a fetch is waited for by who reads: most remotes answer within."""
SAVING = 25.0
"""Seconds that who saves waits: for a fetch, and for what others have the repository for."""

LONG = 10.0
"""Seconds after which one that runs is taken for one that fails."""
SILENT = "The repository does not answer."


class Fetch:
    """One fetch. `error` is what came of it, None while it runs and where all was well."""

    def __init__(self, work: Callable[[], None], steady: Callable[[], float]) -> None:
        self.error: BaseException | None = None
        self.ended = float("-inf")
        self._steady = steady
        self._begun = time.monotonic()
        self._done = threading.Event()
        threading.Thread(target=self._run, args=(work,), name="fetch", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether it ended, one way or the other."""
        return self._done.is_set()

    @property
    def silent(self) -> bool:
        """Whether it takes longer than one that is well does."""
        return not self.done and time.monotonic() - self._begun > LONG

    def wait(self, within: float | None) -> bool:
        """Wait so many seconds from now, None for as long as it takes. Whether it ended."""
        return self._done.wait(within)

    def wait_young(self, age: float) -> bool:
        """Wait until it is so many seconds old: of those who ask one after the other none waits anew."""
        return self._done.wait(max(0.0, self._begun + age - time.monotonic()))

    def result(self) -> None:
        """Raise what came of it."""
        if self.error is not None:
            raise self.error

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # whoever waits is told, whatever it is
            self.error = error
        finally:
            self.ended = self._steady()
            self._done.set()


class Fetching:
    """Begins fetches. Safe to use from threads."""

    def __init__(self, work: Callable[[], None], steady: Callable[[], float]) -> None:
        self._work, self._steady = work, steady
        self._lock = threading.Lock()
        self._last: Fetch | None = None
        self._before = ""

    @property
    def trouble(self) -> str:
        """Why the last one that ended failed, or that the one that runs says nothing; empty for neither."""
        last = self._last
        if last is None or not last.done:
            return SILENT if last is not None and last.silent else self._before
        return str(last.error) if isinstance(last.error, ConsoleError) else ""

    def begin(self, again: float = float("-inf")) -> Fetch:
        """The one that runs, else a new one: not sooner than `again` seconds after one that failed."""
        with self._lock:
            last = self._last
            if last is not None and not last.done:
                return last
            if last is not None and last.error and self._steady() - last.ended < again:
                return last
            self._before = self.trouble
            self._last = Fetch(self._work, self._steady)
            return self._last
