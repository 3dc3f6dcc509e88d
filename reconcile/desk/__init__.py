"""A look at a live switch, and a hand on its calls."""
