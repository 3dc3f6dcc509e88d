"""How often anybody may be wrong: an account is closed for a while, an address too.

An account's failures are in the database, so that they outlive the server. A name without an account is
closed in the same way, so that nobody learns which there are. A browser that was signed in to the account
before has a count of its own: strangers who guess lock nobody out of where they always sign in.
"""

from collections import OrderedDict
from collections.abc import Callable

from dialform.console.accounts.accounts import Account
from dialform.provisioning.limits import Limits, Rate, Rates, network_of
from dialform.values import replace

FREE = 5
"""Failures in a row that cost nothing."""
FIRST, LONGEST = 30, 15 * 60
"""Seconds that an account is closed after one more; twice as long each time, and no longer."""
FORGOTTEN = 24 * 3600 * 1_000_000
"""Microseconds after which failures do not count."""
WRITTEN = 5_000_000
"""Microseconds in which a failure has come into the database."""

RATES = Rates(
    of_address=Rate(2, 120), of_all=Rate(50, 1000),
    wrong_of_address=Rate(1 / 60, 30), wrong_of_all=Rate(2, 1000), connections=Rate(50, 500),
)  # fmt: skip

HERE = Rate(10, 500)
"""Attempts of all that come through a proxy on this host that platform.yaml does not name."""

_NAMES = 16_384
_HERE = ("127.0.0.1", "::1")


class Throttle:
    """Of one server. `steady` is in seconds and never goes back."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._limits = Limits(steady, RATES)
        self._here = Limits(steady, replace(RATES, of_address=HERE))
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def asks(self, address: str) -> bool:
        """Whether somebody may try at all now; counts.

        Loopback is a proxy that nobody told us of, and all that come through it: wide, and closed by no
        wrong guesses, but not without end: each attempt is written down.
        """
        if address in _HERE:
            return self._here.ask("here")
        who = network_of(address)
        return self._limits.ask(who) and not self._limits.suspect(who)

    def wait(self, name: str, account: Account | None, now: int, browser: str = "") -> int:
        """Seconds until somebody of this name may try again; 0 for at once.

        `browser` names one that was signed in to the account before.
        """
        failures, last = self._counts.get(f"{browser}\0{name}", (0, 0))
        if account is not None and not browser:
            if account.failures == 0 and now - last > WRITTEN:
                self.right(name)  # forgiven elsewhere: by an administrator, or another server
                failures = 0
            elif account.failures > failures:
                failures, last = account.failures, account.failed
        if failures < FREE or now - last > FORGOTTEN:
            return 0
        closed = min(FIRST * 2 ** min(failures - FREE, 10), LONGEST) * 1_000_000
        return max(0, -int((now - last - closed) // 1_000_000))

    def tries(self, name: str, now: int, browser: str = "") -> None:
        """Somebody tries: it counts as wrong until it was right, so that many at once are no way around."""
        key = f"{browser}\0{name}"
        failures, last = self._counts.get(key, (0, 0))
        self._counts[key] = (1 if now - last > FORGOTTEN else failures + 1, now)
        self._counts.move_to_end(key)
        if len(self._counts) > _NAMES:
            self._counts.popitem(last=False)

    def wrong(self, address: str) -> None:
        """Somebody was wrong, from an address."""
        self._limits.wrong(network_of(address))

    def right(self, name: str, browser: str = "") -> None:
        """Somebody was right."""
        self._counts.pop(f"{browser}\0{name}", None)
