"""Tickets: what a server made, or mailed, to be taken once; which kind is found by its hash."""
