"""Phones: what models can do, what a tenant writes of them, and what renderers are given."""
