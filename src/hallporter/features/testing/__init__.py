"""What helps others test against hallporter."""
