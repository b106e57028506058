"""The instance of a request without a secret key."""

from hallporter.contract import errors
from hallporter.contract.instance import Instance
from hallporter.edge import proxies
from hallporter.edge.request_head import RequestHead, is_named_here
from hallporter.edge.wiring import Directory, Wiring


def instance_of(wiring: Wiring, head: RequestHead) -> Instance:
    """Return the instance of a Frontend API request; raises when there is none."""
    found = _named(wiring.directory, head)
    if found is None:
        raise errors.request.host_unknown(host=head.slug or head.host)
    if found.is_local and not _may_reach(wiring, found, head):
        raise errors.request.host_is_local(slug=found.slug)
    return found


def _named(directory: Directory, head: RequestHead) -> Instance | None:
    """Return the instance that a request names.

    The path prefix comes first, then the host, then the secret key of a proxy, which may call any
    host. If there is only one instance, it is found under any local name.
    """
    if head.slug is not None:
        return directory.by_slug(head.slug)
    found = directory.by_host(head.host) or proxies.instance_of_key(directory, head)
    # A single instance is reached on this machine under any local name.
    if found is None and is_named_here(head.host, head.peer_address):
        return directory.only()
    return found


def _may_reach(wiring: Wiring, instance: Instance, head: RequestHead) -> bool:
    """Tell whether a request may reach a local instance, whose test codes are public.

    It must be sent on this machine, to a local name, and through no proxy, except one with the
    instance's secret key.
    """
    if instance.settings.test_mode and not wiring.serves_test_mode:
        return False
    return head.is_local or proxies.instance_of_key(wiring.directory, head) is instance
