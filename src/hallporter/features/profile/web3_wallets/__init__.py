"""Web3 wallets of a user: added, proved, taken away."""
