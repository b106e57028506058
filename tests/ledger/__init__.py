"""`make ledger`: what of Clerk's API is done, missing or beyond it, and whether replies drift."""
