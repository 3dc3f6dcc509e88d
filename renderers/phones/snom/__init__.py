"""Snom."""
