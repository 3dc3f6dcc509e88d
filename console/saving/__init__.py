"""From an edit to a commit: YAML changed in place, checked, reviewed, merged or proposed."""
