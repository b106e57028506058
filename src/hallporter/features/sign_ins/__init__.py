"""Sign-ins: attempts to sign in, from the first identifier to a session on a client."""
