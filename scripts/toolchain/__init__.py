"""Set up what the Makefile's commands need, with nothing but the standard library."""
