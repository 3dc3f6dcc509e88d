"""Proof of call flow: a call through the compiled files, told step by step, and tests of such calls."""
