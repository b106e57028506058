"""What leaves for others and comes from them: mail, SMS, OAuth providers, packages of npm.

Nothing here is called while a write is open.
"""
