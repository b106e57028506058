"""What the server shows a person or a browser besides the APIs."""
