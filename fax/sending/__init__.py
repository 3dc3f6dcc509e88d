"""One attempt: how it is dialled, what became of it, and what comes next."""
