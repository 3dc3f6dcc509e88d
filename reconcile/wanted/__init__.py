"""What a compiled folder wants of a switch."""
