"""Which instance a request without a secret key is for."""

import falcon.asgi

from hallporter.contract.hosts import is_loopback
from hallporter.contract.instance import Instance
from hallporter.edge import proxies
from hallporter.edge.wiring import Directory


def addressed(
    directory: Directory,
    *,
    slug: str | None,
    host: str,
    peer_address: str,
    of_key: Instance | None = None,
) -> Instance | None:
    """Return the instance named by the path prefix, else by the host, else the only one here.

    `of_key` is the instance of a proxy that shows a secret key, and may call us by any host.
    """
    if slug is not None:
        return directory.by_slug(slug)
    found = directory.by_host(host) or of_key
    # A lone instance is reached on loopback by whatever name the machine has there.
    if found is None and is_loopback(peer_address):
        return directory.only()
    return found


def of_request(directory: Directory, request: falcon.asgi.Request) -> Instance | None:
    """Return the instance that a Frontend request is for."""
    return addressed(
        directory,
        slug=request.scope.get("hallporter.slug"),
        host=request.netloc,
        peer_address=request.remote_addr,
        of_key=proxies.instance_of_key(directory, request),
    )
