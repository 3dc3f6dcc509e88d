"""From what a switch is to what it should be: steps, replies, proofs, drift."""
