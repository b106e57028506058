"""Accounts of a user at other providers: connected, renewed, taken away, and their tokens."""
