"""Restrictions: the lists of who may sign up, and who may not."""
