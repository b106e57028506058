"""Agent tasks: a server lets a program work for a user, in a browser that the program drives."""
