"""What a user knows or has: password, authenticator app, backup codes."""
