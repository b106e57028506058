"""Passkeys of a user: registered, renamed, taken away."""
