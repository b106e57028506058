"""What every feature stands on and knows nothing of Clerk.

Clock, randomness, the database and the bundled PostgreSQL, jobs, threads, hashing and encryption.
"""
