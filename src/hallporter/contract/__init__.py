"""What the outside may rely on, as data: ids, errors, objects, callers."""
