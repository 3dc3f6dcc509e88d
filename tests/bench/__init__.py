"""Benchmarks, and the sites of any size that they run on."""
