"""The envelope of Frontend replies: the client with all that is open and under way on it."""
