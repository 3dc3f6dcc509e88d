"""The `dialform` command. Nothing else decides exit codes."""
