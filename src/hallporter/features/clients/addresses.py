"""Addresses of pages, with a parameter more."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret

ACCEPT_TICKET = "/v1/tickets/accept"


def with_parameter(url: str, name: str, value: str) -> str:
    """Return `url` with this as the only parameter of its name."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, value)])))


def of_ticket(scope: Scope, ticket: Secret, path: str = ACCEPT_TICKET) -> str:
    """Return the link that takes a ticket, as browsers reach it."""
    called = urlsplit(scope.request.base_url)
    # Servers may call under any name. Users come under the instance's own.
    scheme = called.scheme if scope.instance.is_local else "https"
    return f"{scheme}://{scope.instance.frontend_host}{path}?ticket={ticket.reveal()}"
