"""Whose certificates are believed when something leaves: the machine's own authorities."""

import ssl
from functools import cache


@cache
def context() -> ssl.SSLContext:
    """Return the one TLS context of all that leaves: reading the authorities outlasts a request."""
    return ssl.create_default_context()
