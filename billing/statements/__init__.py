"""What people read: quotas, usage, calls, bills; as tables, files and pages."""
