"""The speed harness: `make bench`."""
