"""What the switch says of a leg, as a fact: from a CDR file, or from its event."""

from dialform.billing.facts.errors import FactError, Incomplete
from dialform.billing.facts.fact import CALL, CONFERENCE, FAX, KINDS, Fact
from dialform.billing.facts.legs import LONGEST, facts_of, facts_of_event
from dialform.billing.facts.record import MOST, read

__all__ = [
    "CALL",
    "CONFERENCE",
    "FAX",
    "KINDS",
    "LONGEST",
    "MOST",
    "Fact",
    "FactError",
    "Incomplete",
    "facts_of",
    "facts_of_event",
    "read",
]
