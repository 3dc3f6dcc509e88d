"""Billing beside the loop: the agent books, sets flags, sends mails, and stores what was agreed."""
