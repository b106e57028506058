"""What every feature stands on and knows nothing of Clerk: clock, randomness, database, hashing."""
