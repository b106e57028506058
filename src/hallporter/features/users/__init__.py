"""Users: who they are, what is known of them."""
