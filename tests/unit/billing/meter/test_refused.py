"""A ledger that is out of order makes no record bad, whatever it says; a record that is does."""

from __future__ import annotations

from typing import Any

import pytest

from dialform.billing.ledger.errors import LedgerError, LedgerRefusedError

from .test_trouble import Refusing
from .world import World


@pytest.fixture
def says(world: World) -> list[Exception]:
    """What the ledger says to each booking."""
    found: list[Exception] = []

    def fails(name: str, _: tuple[Any, ...]) -> None:
        if found and name == "book":
            raise found[0]

    world.restart(Refusing(world.ledger, fails))
    return found


def test_a_ledger_that_lost_its_rights_leaves_all_records_where_they_are(
    world: World, says: list[Exception]
) -> None:
    says.append(LedgerError("The ledger failed (InsufficientPrivilege 42501)."))
    legs = [world.ended() for _ in range(3)]
    for leg in legs[:2]:
        world.puts(leg)
    world.hears(legs[2].hangup())
    for _ in range(5):
        world.now += 10
        world.turns()
    assert world.names("bad") == [] and len(world.waiting()) == 2
    assert "42501" in world.meter.stats.error and world.meter.stats.dropped == 0
    says.clear()
    world.passes(5)
    assert world.booked().keys() == {(leg.uuid, "call") for leg in legs}


def test_what_the_ledger_refuses_goes_out_of_the_way(world: World, says: list[Exception]) -> None:
    says.append(LedgerRefusedError("The ledger refuses what does not add up."))
    leg = world.ended()
    world.puts(leg)
    world.passes(1)
    assert world.waiting() == [] and f"{leg.uuid}.cdr.json" in world.names("bad")
    assert world.meter.stats.error == ""


def test_a_file_that_is_called_by_another_leg_takes_nothing_from_it(world: World) -> None:
    """What is forgotten are the legs that were booked, not those whose names were written on files."""
    told, other = world.ended(), world.ended()
    world.hears(told.hangup())
    world.puts(told, other.record())
    world.now += 10
    world.passes(3)
    assert world.booked().keys() == {(told.uuid, "call"), (other.uuid, "call")}
