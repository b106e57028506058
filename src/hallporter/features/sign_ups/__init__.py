"""Sign-ups: attempts to create a user, from the first field to a session."""
