"""What the agents of a site know of each other."""
