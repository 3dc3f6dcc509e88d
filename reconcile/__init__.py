"""The agent: git to a live switch, proven, or rolled back."""
