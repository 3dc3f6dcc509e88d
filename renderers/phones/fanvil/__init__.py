"""Fanvil."""
