"""Older API versions, as small named changes: features speak only the newest.

`catalogue` lists the changes, one module for each date. `requests` makes what comes in new;
`answers` takes what goes out back to what its caller knows.
"""
