"""The reply of a Frontend mutation: the answer, the client as it is now, and its cookies."""

from collections.abc import Callable

from msgspec import structs

from hallporter.contract import errors
from hallporter.contract.callers import Browser, KnownBrowser, SignedIn
from hallporter.contract.reply import Cookie, Reply, Wrapped
from hallporter.contract.scope import Scope
from hallporter.features.clients import cookies, store, views
from hallporter.features.clients.actions import HeldClient
from hallporter.features.clients.rows import OpenClientRow
from hallporter.features.clients.views import Client
from hallporter.features.sessions import tokens
from hallporter.features.sign_ins import views as sign_ins
from hallporter.features.sign_ups import views as sign_ups
from hallporter.features.sign_ups.views import SignUp
from hallporter.features.users.views import User


async def client_now(scope: Scope, row: OpenClientRow) -> Client:
    """Return the Client object of `row`, with a token per session and what is pending on it.

    For want of a token clerk-js drops its `__session` cookie, and @clerk/react throws.
    """
    opened = row.open_sessions()
    return views.client(
        row,
        scope,
        opened=opened,
        jwts=[await tokens.told(scope, each.session, since=row.updated_at) for each in opened],
        sign_in=await sign_ins.pending(scope, row.sign_in_id),
        sign_up=await sign_ups.pending(scope, row.sign_up_id),
    )


async def wrapped(
    scope: Scope,
    browser: Browser | KnownBrowser,
    held: HeldClient,
    respond: Callable[[Client], object],
    *,
    with_token: bool = False,
    opened: OpenClientRow | None = None,
    sign_up: SignUp | None = None,
) -> Reply:
    """Return `respond(client)` in the envelope, with the cookies that its browser must now have.

    `with_token` after what makes older tokens look outdated: `__client_uat` moves with the new.
    `opened` spares a read where the request knows all that is on the client; `sign_up` stands on
    it, done as it may be, unless another is under way.
    """
    row = opened or await store.open_client_by_id(scope.db, scope.instance.id, held.id, scope.now)
    client = None if row is None else await client_now(scope, row)
    if client is None:
        return Reply(Wrapped(response=None, client=None))
    if sign_up is not None and client.sign_up is None:
        client = structs.replace(client, sign_up=sign_up)
    body = Wrapped(response=respond(client), client=client)
    token = cookies.token_of(scope, held)
    if browser.transport == "native":
        return Reply(body, native_token=token)
    # A satellite's token stays; the client's is not for it.
    is_told = token is not None and browser.transport == "cookie"
    to_set = [] if not is_told else [cookies.client_cookie(scope, token)]
    # Never newer than the tokens that the browser holds: it goes with new ones, or there are none.
    if with_token or not client.sessions:
        to_set += _uat(scope, client)
    return Reply(body, cookies=to_set)


async def own_reply(
    scope: Scope,
    caller: SignedIn,
    respond: Callable[[User], object],
    *,
    with_token: bool = False,
) -> Reply:
    """Return `respond(user)` for the user of the acting session, as it now is, in the envelope."""

    def find(client: Client) -> object:
        acting = next((each for each in client.sessions if each.id == caller.session_id), None)
        if acting is None:
            raise errors.authentication.invalid()
        return respond(acting.user)

    return await reply_as(scope, caller, find, with_token=with_token)


async def reply_as(
    scope: Scope,
    caller: SignedIn,
    respond: Callable[[Client], object],
    *,
    with_token: bool = False,
) -> Reply:
    """Return `respond(client)` in the envelope, whatever became of the acting session."""
    shown = caller.browser.credential
    held = HeldClient(shown.client_id, shown.token_hash)
    return await wrapped(scope, caller.browser, held, respond, with_token=with_token)


def _uat(scope: Scope, client: Client) -> list[Cookie]:
    # In development clerk-js writes `__client_uat` itself.
    if scope.instance.environment_type == "development":
        return []
    return cookies.client_uat(scope, client.updated_at if client.sessions else None)
