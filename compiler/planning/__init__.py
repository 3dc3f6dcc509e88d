"""What a change does: objects compared, actions on the switch, safety, plan files."""
