"""The instance of a request without a secret key."""

from hallporter.contract import errors
from hallporter.contract.instance import Instance
from hallporter.edge import proxies
from hallporter.edge.arrival import Arrival, is_named_here
from hallporter.edge.wiring import Directory, Wiring


def of_arrival(wiring: Wiring, arrival: Arrival) -> Instance:
    """Return the instance of a Frontend API request; raises when there is none."""
    found = _named(wiring.directory, arrival)
    if found is None:
        raise errors.request.host_unknown(host=arrival.slug or arrival.host)
    if found.is_local and not _may_reach(wiring, found, arrival):
        raise errors.request.host_is_local(slug=found.slug)
    return found


def _named(directory: Directory, arrival: Arrival) -> Instance | None:
    """Return the instance that a request names.

    The path prefix comes first, then the host, then the secret key of a proxy, which may call any
    host. If there is only one instance, it is found under any local name.
    """
    if arrival.slug is not None:
        return directory.by_slug(arrival.slug)
    found = directory.by_host(arrival.host) or proxies.instance_of_key(directory, arrival)
    # A single instance is reached on this machine under any local name.
    if found is None and is_named_here(arrival.host, arrival.peer_address):
        return directory.only()
    return found


def _may_reach(wiring: Wiring, instance: Instance, arrival: Arrival) -> bool:
    """Tell whether a request may reach a local instance, whose test codes are public.

    It must be sent on this machine, to a local name, and through no proxy, except one with the
    instance's secret key.
    """
    if instance.settings.test_mode and not wiring.serves_test_mode:
        return False
    return arrival.is_local or proxies.instance_of_key(wiring.directory, arrival) is instance
