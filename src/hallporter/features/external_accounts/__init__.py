"""External accounts: who a user is at another provider."""
