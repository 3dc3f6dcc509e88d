"""Where a site comes from: its git repository, commit by commit."""
