"""What a fact costs: pure, step by step."""
