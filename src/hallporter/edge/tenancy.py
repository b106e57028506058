"""Which instance a request without a secret key is for."""

from hallporter.contract.hosts import is_loopback
from hallporter.contract.instance import Instance
from hallporter.edge import proxies
from hallporter.edge.arrival import Arrival
from hallporter.edge.wiring import Directory


def of_arrival(directory: Directory, arrival: Arrival) -> Instance | None:
    """Return the instance that a Frontend request is for.

    The one named by the path prefix, else by the host, else by the secret key of a proxy, which
    may call us by any host, else the only one here.
    """
    if arrival.slug is not None:
        return directory.by_slug(arrival.slug)
    found = directory.by_host(arrival.host) or proxies.instance_of_key(directory, arrival)
    # A lone instance is reached on loopback by whatever name the machine has there.
    if found is None and is_loopback(arrival.peer_address):
        return directory.only()
    return found
