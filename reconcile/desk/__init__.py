"""What an operator does on a running switch: looks at it, and handles calls. All of it in a scope."""
