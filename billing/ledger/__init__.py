"""Where money is kept: facts, rated usage and double entries, in SQLite or PostgreSQL."""
