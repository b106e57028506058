"""Somebody opens the link of an invitation: where are they to sign up, or in?"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.identifications import store as identifications
from hallporter.features.invitations import actions

_TICKET = "__clerk_ticket"
_STATUS = "__clerk_status"


async def address_of(scope: Scope, ticket: Secret) -> str:
    """Return the page that takes the ticket, told as clerk-js reads it: `sign_up` or `sign_in`."""
    row = await actions.of_ticket(scope, ticket)
    if row is None:
        raise errors.sign_in.ticket_invalid(param="ticket")
    owner = await identifications.owned_identification(
        scope.db, scope.instance.id, "email_address", row.email_address
    )
    display = scope.instance.settings.display
    own_page = display.sign_up_url if owner is None else display.sign_in_url
    page = row.redirect_url or own_page or f"{scope.visitor.base_url}/"
    told = [(_STATUS, "sign_up" if owner is None else "sign_in"), (_TICKET, ticket.reveal())]
    parts = urlsplit(page)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != _TICKET]
    return urlunsplit(parts._replace(query=urlencode([*kept, *told])))
