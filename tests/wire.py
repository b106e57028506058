"""Connections by hand, for requests that no HTTP library would send."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 20


def connected(url: str) -> socket.socket:
    """Connect to a server."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), _TIMEOUT_SECONDS)


def rest(connection: socket.socket) -> bytes:
    """Return all that comes until the server hangs up."""
    found = b""
    # Who hangs up on what is still coming resets the connection: that, too, is its end.
    with suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            found += piece
    return found
