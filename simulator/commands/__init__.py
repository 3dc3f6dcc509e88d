"""The API commands that the simulator answers, a theme a module."""
