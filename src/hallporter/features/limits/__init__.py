"""Limits: how much one sender, mailbox, range of numbers or instance may ask for."""
