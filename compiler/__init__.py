"""Meaning: references, permissions, quotas, call flow; from documents to a resolved site."""
