"""Web3 wallets: addresses that users prove by a signature of the key behind them."""
