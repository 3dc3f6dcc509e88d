"""Yealink."""
