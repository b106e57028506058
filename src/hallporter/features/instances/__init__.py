"""Instances: their keys, settings and what of them is public."""
