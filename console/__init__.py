"""The portal: the phone system in a browser. What it shows runs, what it changes is a commit."""
