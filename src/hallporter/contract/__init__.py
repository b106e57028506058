"""What the outside may rely on, as data: ids, errors, objects, callers, settings, versions.

Everything above imports it; it does no I/O.
"""
