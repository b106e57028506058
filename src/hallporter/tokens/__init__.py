"""Signing and verifying, without I/O."""
