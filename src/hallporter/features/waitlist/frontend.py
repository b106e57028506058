"""Frontend API endpoints of the waitlist."""

import msgspec

from hallporter.contract.callers import Anyone
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier
from hallporter.edge.operation import frontend
from hallporter.features.waitlist import actions
from hallporter.features.waitlist.views import JoinedWaitlist


class JoinWaitlist(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to be let in."""

    email_address: Identifier


@frontend.post("/v1/waitlist", is_paced=True)
async def join_waitlist(scope: Scope, caller: Anyone, given: JoinWaitlist) -> JoinedWaitlist:
    """Join the waitlist; joining again changes nothing."""
    actions.refuse_unless_kept(scope)
    entry = await actions.join_oneself(scope, given.email_address)
    return JoinedWaitlist(entry.row.id)
