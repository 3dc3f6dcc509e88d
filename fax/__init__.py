"""Faxes: documents made ready, a queue that loses nothing, sending with retries, receiving, delivery."""
