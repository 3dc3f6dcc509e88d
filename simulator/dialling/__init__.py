"""From a dial string to the far ends that ring."""
