"""Invitations: an instance asks somebody to sign up, by a link to their address."""
