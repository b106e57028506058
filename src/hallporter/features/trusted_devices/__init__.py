"""Trusted devices: keys that native apps keep for their users and sign challenges with."""
