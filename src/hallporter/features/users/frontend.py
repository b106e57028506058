"""Frontend doors of the user's own account."""

from hallporter.contract import errors
from hallporter.contract.callers import SignedIn
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.actions import HeldClient
from hallporter.features.clients.envelope import wrapped
from hallporter.features.clients.views import Client
from hallporter.features.users.views import User


@frontend.get("/v1/me")
async def get_user(scope: Scope, caller: SignedIn) -> Reply:
    """Return the user of the acting session."""
    held = HeldClient(caller.browser.credential.client_id, caller.browser.credential.token_hash)

    def find(client: Client) -> User:
        for session in client.sessions:
            if session.id == caller.session_id:
                return session.user
        raise errors.authentication.invalid()

    return await wrapped(scope, caller.browser, held, find)
