"""Password and second factors of a user: chosen, checked, taken away."""
