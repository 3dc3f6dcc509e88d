"""The spool of call records."""
