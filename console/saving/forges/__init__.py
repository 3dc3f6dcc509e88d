"""Forges that take merge requests: GitHub, GitLab, and Forgejo with Gitea, by their APIs."""

from dialform.console.saving.forges.asking import propose, withdraw

__all__ = ["propose", "withdraw"]
