"""Writes, generations, the lock, and what is compiled into them."""
