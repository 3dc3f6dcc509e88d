"""One's own account: forwards, voicemail, devices, password, sessions."""
