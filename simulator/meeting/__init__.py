"""Where calls meet: rooms, parking lots, queues and their agents."""
