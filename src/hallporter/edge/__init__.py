"""HTTP, and nothing else: connections, routes, callers, decoding, limits, replies and errors.

`operation` says what an operation is, `respond` follows a request from its route to its answer.
"""
