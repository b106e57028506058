"""Frontend API endpoints of a user's accounts at other providers."""

from hallporter.contract import errors
from hallporter.contract.callers import InPerson, Recent, SignedIn
from hallporter.contract.ids import ExternalAccountId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.actions import HeldClient
from hallporter.features.envelope.envelope import wrapped
from hallporter.features.envelope.views import Client
from hallporter.features.external_accounts import views as external_account_views
from hallporter.features.profile.external_accounts import connecting
from hallporter.features.profile.external_accounts.connecting import (
    Connect,
    Connecting,
    Reauthorize,
)
from hallporter.features.users.views import User


@frontend.post("/v1/me/external_accounts")
async def post_oauth_accounts(scope: Scope, caller: SignedIn[Recent], given: Connect) -> Reply:
    """Begin to connect an account."""
    return await _connecting(scope, caller, await connecting.connect(scope, caller, given))


@frontend.get("/v1/me/enterprise_connections")
async def get_me_enterprise_connections(scope: Scope, caller: SignedIn) -> Reply:
    """Return none: clerk-js asks which connections one could be connected through."""
    return await wrapped(scope, caller.browser, _held(caller), lambda _client: [])


@frontend.patch("/v1/me/external_accounts/{external_account_id}/reauthorize")
async def reauthorize_external_account(
    scope: Scope,
    caller: SignedIn[InPerson],
    external_account_id: ExternalAccountId,
    given: Reauthorize,
) -> Reply:
    """Begin to renew the consent that an account stands on."""
    begun = await connecting.reauthorize(scope, caller, external_account_id, given)
    return await _connecting(scope, caller, begun)


@frontend.delete("/v1/me/external_accounts/{external_account_id}")
async def delete_external_account(
    scope: Scope, caller: SignedIn[Recent], external_account_id: ExternalAccountId
) -> Reply:
    """Take an account away."""
    await connecting.delete(scope, caller.user_id, external_account_id)
    deleted = Deleted("external_account", external_account_id)
    return await wrapped(scope, caller.browser, _held(caller), lambda _client: deleted)


@frontend.delete("/v1/me/external_accounts/{external_account_id}/tokens")
async def revoke_external_account_tokens(
    scope: Scope, caller: SignedIn[InPerson], external_account_id: ExternalAccountId
) -> Reply:
    """Drop the tokens that the provider gave for its own API."""
    await connecting.forget_tokens(scope, caller.user_id, external_account_id)

    def find(client: Client) -> User:
        for session in client.sessions:
            if session.id == caller.session_id:
                return session.user
        raise errors.authentication.invalid()

    return await wrapped(scope, caller.browser, _held(caller), find)


async def _connecting(scope: Scope, caller: SignedIn, begun: Connecting) -> Reply:
    account = external_account_views.external_account(begun.account, scope.now, url=begun.url)
    return await wrapped(scope, caller.browser, _held(caller), lambda _client: account)


def _held(caller: SignedIn) -> HeldClient:
    shown = caller.browser.credential
    return HeldClient(shown.client_id, shown.token_hash)
