"""Htek."""
