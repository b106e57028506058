"""Tokens, signed and verified, without I/O: of sessions, of clients, and of JWT templates."""
