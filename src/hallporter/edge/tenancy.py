"""Which instance a request without a secret key is for."""

from hallporter.contract import errors
from hallporter.contract.instance import Instance
from hallporter.edge import proxies
from hallporter.edge.arrival import Arrival, is_named_here
from hallporter.edge.wiring import Directory, Wiring


def of_arrival(wiring: Wiring, arrival: Arrival) -> Instance:
    """Return the instance that a Frontend request is for; raises when there is none for it."""
    found = _named(wiring.directory, arrival)
    if found is None:
        raise errors.request.host_unknown(host=arrival.slug or arrival.host)
    if found.is_local and not _may_reach(wiring, found, arrival):
        raise errors.request.host_is_local(slug=found.slug)
    return found


def _named(directory: Directory, arrival: Arrival) -> Instance | None:
    """Return the instance named by the path prefix, else by the host, else by the secret key of a
    proxy, which may call us by any host, else the only one here."""
    if arrival.slug is not None:
        return directory.by_slug(arrival.slug)
    found = directory.by_host(arrival.host) or proxies.instance_of_key(directory, arrival)
    # A lone instance is reached on this machine by whatever name that has for itself.
    if found is None and is_named_here(arrival.host, arrival.peer_address):
        return directory.only()
    return found


def _may_reach(wiring: Wiring, instance: Instance, arrival: Arrival) -> bool:
    """Tell whether a request reaches a local instance, whose test codes everybody knows.

    It was sent here, by a name that means this machine, and through no proxy but one that shows
    the instance's secret key.
    """
    if instance.settings.test_mode and not wiring.serves_test_mode:
        return False
    return arrival.is_local or proxies.instance_of_key(wiring.directory, arrival) is instance
