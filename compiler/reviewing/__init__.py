"""Who may change what: roles, rights, verdicts, CODEOWNERS."""
