"""Frontend API endpoints of tickets that come in links."""

import msgspec

from hallporter.contract.callers import Browser
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token
from hallporter.edge.operation import frontend
from hallporter.features.clients import cookies
from hallporter.features.tickets import ticket_links


class AcceptTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the link."""

    ticket: Token


@frontend.get("/v1/tickets/accept", spends=True)
async def accept_ticket(scope: Scope, caller: Browser, query: AcceptTicket) -> Redirect:
    """Go on to the page where the ticket is spent; opening the link alone spends nothing."""
    landing = await ticket_links.receive(scope, caller, query.ticket)
    signed_out = [] if landing.client is None else cookies.after_sign_out(scope, landing.client)
    return Redirect(landing.url, cookies=signed_out, status=303)
