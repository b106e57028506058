"""External accounts: who a user is at another provider, and the visits that prove it."""
