"""The host's clock is wrong, or was: a record is held against the time at which it was written."""

from __future__ import annotations

import pytest

from .records import Folder

DAY = 86_400


@pytest.mark.parametrize("days", [2, 400, 9000])
def test_a_clock_that_went_back_makes_no_record_bad(folder: Folder, days: int) -> None:
    """A machine without a battery: its clock stands long ago until a time server is reached."""
    folder.call()
    folder.now -= days * DAY
    (batch,) = list(folder.spool().passes())
    assert (len(batch.read), batch.bad) == (1, 0)


def test_a_record_of_what_is_to_happen_is_bad_all_the_same(folder: Folder) -> None:
    folder.now -= 2 * DAY
    folder.call()
    (batch,) = list(folder.spool().passes())
    assert (len(batch.read), batch.bad) == (0, 1)
