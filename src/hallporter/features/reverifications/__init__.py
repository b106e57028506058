"""Proving oneself again within a session."""
