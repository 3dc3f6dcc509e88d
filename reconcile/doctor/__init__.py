"""The checks that people otherwise do by hand: each says what it looked at, the cause, and the way out."""
