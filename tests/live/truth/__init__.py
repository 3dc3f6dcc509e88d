"""The same scenarios on the real switch and on the simulator, and what differs."""
