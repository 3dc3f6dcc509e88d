"""The event socket of the simulator."""
