"""Whatever is sent to whichever operation, no answer is a fault of the server's."""
