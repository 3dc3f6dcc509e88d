"""Phones that are told to fetch their configuration: which, when, and who heard it."""
