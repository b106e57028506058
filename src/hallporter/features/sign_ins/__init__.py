"""Sign-ins: an attempt of somebody to become a user's session on a client."""
