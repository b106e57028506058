"""Visits to providers: how they begin, what is kept until they come back, what became of them."""
