"""Sign-in tokens: tickets by which a server signs a user in, once."""
