"""Frontend doors of other providers: the way back from them, and a user's accounts there."""

from urllib.parse import urlencode

from hallporter.contract import errors
from hallporter.contract.callers import Anyone, Browser, InPerson, Recent, SignedIn
from hallporter.contract.ids import ExternalAccountId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Cookie, Redirect, Reply
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge.operation import frontend
from hallporter.features.clients import cookies
from hallporter.features.clients.actions import HeldClient
from hallporter.features.clients.envelope import wrapped
from hallporter.features.clients.views import Client
from hallporter.features.external_accounts import connecting, returning, views
from hallporter.features.external_accounts.connecting import Connect, Connecting, Reauthorize
from hallporter.features.external_accounts.returning import Landing, Return
from hallporter.features.users.views import User


@frontend.get("/v1/oauth_callback", spends=True)
async def get_oauth_callback(scope: Scope, caller: Browser, query: Return) -> Redirect:
    """Go on where the visit to a provider began."""
    landing = await returning.receive(scope, caller, query)
    return Redirect(landing.url, cookies=_cookies(scope, landing), status=303)


@frontend.post("/v1/oauth_callback", from_any_page=True)
async def post_oauth_callback(scope: Scope, caller: Anyone, given: Return) -> Redirect:
    """Come again with the same parameters: a form from another site brings no cookies along."""
    told = {
        "state": given.state,
        "code": given.code,
        "error": given.error,
        "iss": given.iss,
        "user": given.user,
    }
    plain = {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in told.items()
        if value
    }
    return Redirect(f"{scope.visitor.base_url}/v1/oauth_callback?{urlencode(plain)}", status=303)


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
    account = views.external_account(begun.account, scope.now, url=begun.url)
    return await wrapped(scope, caller.browser, _held(caller), lambda _client: account)


def _held(caller: SignedIn) -> HeldClient:
    shown = caller.browser.credential
    return HeldClient(shown.client_id, shown.token_hash)


def _cookies(scope: Scope, landing: Landing) -> list[Cookie]:
    token = None if landing.client is None else cookies.token_of(scope, landing.client)
    if token is None:
        return []
    set_now = [cookies.client_cookie(scope, token)]
    # In development clerk-js writes `__client_uat` itself.
    if scope.instance.environment_type == "production":
        set_now += cookies.client_uat(scope, scope.now)
    return set_now
