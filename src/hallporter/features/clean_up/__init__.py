"""Clean-up: delete rows that are no longer needed."""
