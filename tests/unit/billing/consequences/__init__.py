"""Flags, mails and alarms: what follows from a booking."""
