"""Quotas, usage, statements, credit, calls and their recordings."""
