"""Grandstream."""
