"""Frontend API endpoints of agents at a task."""

import msgspec

from hallporter.contract.callers import Browser
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token
from hallporter.edge.operation import frontend
from hallporter.features.agent_tasks import beginning
from hallporter.features.clients import cookies


class BeginTask(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the link."""

    ticket: Token


@frontend.get("/v1/agents/tasks", spends=True)
async def create_agent_task(scope: Scope, caller: Browser, query: BeginTask) -> Redirect:
    """Start the session of a task and send the agent to the app, with the app's cookies."""
    begun = await beginning.begin(scope, caller, query.ticket)
    own = cookies.after_visit(scope, begun.client)
    return Redirect(begun.redirect.location, cookies=[*own, *begun.redirect.cookies])
