"""The softphone's side of the server: with what it registers, and what was called."""
