"""Gigaset."""
