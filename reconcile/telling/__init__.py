"""Whom the agent tells what it does: logs, webhooks, commit statuses."""
