"""A channel's life: states, applications, bridges, keys, records."""
