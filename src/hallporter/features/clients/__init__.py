"""Clients: the browser or device, its rotating token and what it has open."""
