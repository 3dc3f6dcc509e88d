"""What phones fetch, looked at as each vendor's phones read it."""
