"""What is up now, and what is done with calls: one look at the switch for all browsers."""
