"""The ledger that the agent of this host writes, for checks that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.reconcile.doctor.ground import Ground

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

BUSY = 2.0
"""Seconds to wait for somebody who writes."""


class NoBooksError(Exception):
    """Nobody knows which ledger it is, or it cannot be read: one sentence."""


def known(ground: Ground) -> tuple[Path, Path] | None:
    """What is compiled, and the agent's state folder: by both one knows which ledger is meant."""
    if ground.folders is None or ground.state is None:
        return None
    return ground.folders.current, ground.state


@contextmanager
def books(ground: Ground) -> Iterator["Ledger"]:
    """The ledger, as it is: no table is made or changed. Raises NoBooksError."""
    from dialform.billing.ledger.errors import LedgerError
    from dialform.billing.ledger.opening import open_ledger
    from dialform.compiler.secrets import SecretError, open_store
    from dialform.reconcile.billing.where import ledger_url, platform_of

    place = known(ground)
    if place is None:
        raise NoBooksError("Without an agent's state folder nobody knows which one it is.")
    compiled, state = place
    try:
        store = open_store(ground.secrets, ground.machine.environ)
        url = ledger_url("", ground.machine.environ, platform_of(compiled), store, state)
        with open_ledger(url, migrate=False, busy=BUSY) as ledger:
            yield ledger
    except (LedgerError, SecretError) as error:
        raise NoBooksError(str(error)) from None
