"""What people ask of their bill: quota, usage, payments, calls. The command and the portal show it."""
