"""Where a site's files come from: folders, commits, what a host was given."""
