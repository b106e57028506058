"""Events: written in the transaction that causes them, for webhooks and audits."""
