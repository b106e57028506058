"""Browsers: who asks, what is open on their clients, and how their clients reach other domains."""
