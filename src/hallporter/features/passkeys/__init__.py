"""Passkeys: keys of users that their devices keep (WebAuthn Level 3)."""
