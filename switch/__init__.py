"""The event socket of a switch: a typed client, and what one asks a switch. Nothing of sites."""
