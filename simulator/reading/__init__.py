"""The compiled folder, read as the switch reads it."""
