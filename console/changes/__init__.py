"""Branches, history, roll-back, and why something does not work."""
