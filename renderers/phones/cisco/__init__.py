"""Cisco."""
