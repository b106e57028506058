"""hallporter's rows, as `make bench` has them."""

from importlib.metadata import version

import msgspec

from benchmarks.peers.entries import Entry, PeerOperation, Product, Signs
from benchmarks.serving import Served

_OPERATIONS = (
    PeerOperation(
        "session token",
        "POST /v1/client/sessions/:id/tokens: the client token in the cookie checked, client and"
        " session read from PostgreSQL, a JWT signed",
        signs=Signs("jwt", "RS256"),
    ),
    PeerOperation(
        "GET /v1/client",
        "the client token checked, the client, its three sessions and their users read from"
        " PostgreSQL",
        shows='"status":"active"',
    ),
    PeerOperation(
        "sign-in by password",
        "POST /v1/client/sign_ins: Argon2id (t=2, m=19 MiB, p=1), the attempt, a client and a"
        " session written",
        shows='"status":"complete"',
        checks_password=True,
    ),
)


def rows(served: Served, clients: int) -> tuple[Product, list[Entry]]:
    """Return what is compared of a server with so many clients."""
    product = Product(
        "hallporter",
        version("hallporter"),
        "one worker, a pool of at most 10 connections to the bundled PostgreSQL on the same"
        f" machine, {clients:,} clients with three sessions each",
    )
    requests = {row.name: row.requests for row in served.callers.rows()}
    return product, [
        Entry(
            product=product.name,
            operation=msgspec.structs.replace(operation, requests=list(requests[operation.name]())),
            url=served.url,
            pid=served.serve_pid,
            database_pid=served.postmaster_pid,
        )
        for operation in _OPERATIONS
    ]
