"""Verifications: proofs that are asked for and given, and the strategies that know how."""
