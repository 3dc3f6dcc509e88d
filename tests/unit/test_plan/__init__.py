"""The plan: states, changes, what they do, what is refused, how it is shown."""
