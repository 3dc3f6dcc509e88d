"""What the agent sees on the switch without being asked."""
