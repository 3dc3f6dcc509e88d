"""What the dialplan says for a call: conditions, expressions, times, expansion, functions."""
