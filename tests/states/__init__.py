"""The states of sign-ins, sign-ups and sessions, drawn from the tables in the code."""
