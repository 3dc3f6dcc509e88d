"""What the switch says of a leg, as a fact: from a CDR file, or from its event."""
