"""Other products under the same load: `make bench-peers`."""
