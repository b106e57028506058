"""Sign-ups: an attempt of somebody to become a user."""
