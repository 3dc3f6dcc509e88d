"""The service that phones fetch from, as phones and attackers find it."""
