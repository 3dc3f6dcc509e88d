"""Poly (Polycom)."""
