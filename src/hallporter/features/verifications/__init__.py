"""Verifications: proofs that are asked for and given."""
