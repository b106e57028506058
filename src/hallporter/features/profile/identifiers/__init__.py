"""Email addresses and phone numbers of a user: added, proved, preferred, taken away."""
