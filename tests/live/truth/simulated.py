"""The same call on the simulator, in the words of an outcome."""

from __future__ import annotations

import dataclasses

from dialform.simulator.journey import Journey, Leg
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import simulate

from .outcome import FarEnd, Outcome, Span, in_turn, places, ran, records
from .scenario import Scenario
from .stage import at_call_time

# No channel comes up for these: on the real switch nothing is seen of them.
NEVER_TRIED = {"USER_NOT_REGISTERED", "GATEWAY_DOWN", "SUBSCRIBER_ABSENT"}


def run(configuration: Configuration, scenario: Scenario) -> Journey:
    # Who calls is a person, at a fax account too.
    dial = dataclasses.replace(scenario.dial, fax=None)
    return simulate(configuration, at_call_time(scenario), dial)


def outcome(journey: Journey, conf: str) -> Outcome:
    """All that is compared."""
    spans = [_span(leg) for leg in journey.legs if leg.outcome not in NEVER_TRIED]
    (own,) = [r for r in journey.records if r["variables"]["uuid"] == journey.variables["uuid"]]
    log = ran(own, conf)
    return Outcome(
        sip=journey.sip,
        cause=journey.cause,
        answered=journey.answered,
        refused=journey.refused,
        legs=in_turn(spans),
        places=places(log),
        end=(journey.end.kind, journey.end.name),
        ran=log,
        records=records(journey.records),
    )


def _span(leg: Leg) -> Span:
    trunk = leg.kind == "trunk"
    far = FarEnd(
        kind="trunk" if trunk else "phone",
        to=leg.to,
        number=leg.number if trunk else "",
        caller_number=leg.caller_number,
        caller_name=leg.caller_name,
        rang=leg.rang,
        outcome=leg.outcome,
    )
    return Span(leg.at, leg.until, far, leg.stage)
