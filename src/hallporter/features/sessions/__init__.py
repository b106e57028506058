"""Sessions: a user signed in on a client."""
