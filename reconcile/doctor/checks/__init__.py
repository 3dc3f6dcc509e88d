"""A check a module. Each is a coroutine that is given the Ground and yields nothing but Findings."""
