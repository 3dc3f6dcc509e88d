"""What one asks a switch, each question with a typed answer."""
