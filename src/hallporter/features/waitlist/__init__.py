"""The waitlist: addresses that want to be let in."""
