"""Frontend door of mailed tickets."""

import msgspec

from hallporter.contract.callers import Anyone
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge.operation import frontend
from hallporter.features.invitations import arriving


class AcceptTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the link."""

    ticket: Secret


@frontend.get("/v1/tickets/accept")
async def accept_ticket(scope: Scope, caller: Anyone, query: AcceptTicket) -> Redirect:
    """Go on to the page where the ticket is spent; opening the link alone spends nothing."""
    return Redirect(await arriving.address_of(scope, query.ticket), status=303)
