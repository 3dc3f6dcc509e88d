"""From a resolved site to files."""
