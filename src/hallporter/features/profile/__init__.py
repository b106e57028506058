"""The profile: what users, or servers for them, do with what an account is made of."""
