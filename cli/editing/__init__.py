"""Changes to a site's own text: formatting and renaming."""
