"""Faxes beside the loop: the queue worked off, what came in taken up."""
