"""The reply of a Frontend mutation: the answer, the client as it is now, and its cookies."""

from collections.abc import Callable, Mapping

from msgspec import structs

from hallporter.contract import errors
from hallporter.contract.callers import Browser, InSession, KnownBrowser
from hallporter.contract.ids import UserId
from hallporter.contract.reply import Reply, Wrapped
from hallporter.contract.scope import Scope
from hallporter.features.browsers import store as browser_store
from hallporter.features.browsers.rows import Opened
from hallporter.features.clients import cookies
from hallporter.features.clients.actions import HeldClient
from hallporter.features.envelope import views
from hallporter.features.envelope.views import Client
from hallporter.features.sessions import tokens
from hallporter.features.sign_ins import replies as sign_in_replies
from hallporter.features.sign_ins.views import SignIn
from hallporter.features.sign_ups import replies as sign_up_replies
from hallporter.features.sign_ups.views import SignUp
from hallporter.features.users import replies as user_replies
from hallporter.features.users import views as user_views
from hallporter.features.users.views import Shown, User


async def client_now(
    scope: Scope, opened: Opened, *, sign_in: SignIn | None = None, sign_up: SignUp | None = None
) -> Client:
    """Return the Client object, with a token per session and its pending sign-in and sign-up.

    If `sign_in` or `sign_up` is the pending one, it is used and not read again. Without a token
    clerk-js drops its `__session` cookie, and @clerk/react throws.
    """
    row = opened.client
    return views.client(
        opened,
        await _users(scope, opened),
        scope.now,
        jwts=[
            await tokens.token_of_client(scope, each.session, since=row.updated_at)
            for each in opened.sessions
        ],
        sign_in=None
        if row.sign_in_id is None
        else await sign_in_replies.pending(scope, row.sign_in_id, sign_in),
        sign_up=None
        if row.sign_up_id is None
        else await sign_up_replies.pending(scope, row.sign_up_id, sign_up),
    )


async def _users(scope: Scope, opened: Opened) -> Mapping[UserId, Shown]:
    if opened.user is not None:
        return {opened.user.id: user_views.shown(opened.user, scope)}
    return await user_replies.shown(
        scope, [(each.session.user_id, each.revision) for each in opened.sessions]
    )


async def wrapped(
    scope: Scope,
    browser: Browser | KnownBrowser,
    held: HeldClient,
    respond: Callable[[Client], object],
    *,
    with_token: bool = False,
    opened: Opened | None = None,
    sign_in: SignIn | None = None,
    sign_up: SignUp | None = None,
    is_echoed: bool = False,
) -> Reply:
    """Return `respond(client)` in the envelope, with the cookies that the browser needs now.

    Pass `with_token` after a change that makes older tokens outdated: `__client_uat` then moves
    too. `opened`, `sign_in` and `sign_up` are used instead of a read, where the request has them
    already. With `is_echoed` the sign-up is shown on the client even if it is complete, unless
    another is pending.
    """
    if opened is None:
        row = await browser_store.open_client_by_id(scope.db, scope.instance.id, held.id, scope.now)
        if row is None:
            return Reply(Wrapped(response=None, client=None))
        opened = row.opened()
    client = await client_now(scope, opened, sign_in=sign_in, sign_up=sign_up)
    if is_echoed and client.sign_up is None:
        client = structs.replace(client, sign_up=sign_up)
    body = Wrapped(response=respond(client), client=client)
    token = cookies.token_of(scope, held)
    if browser.transport == "native":
        return Reply(body, native_token=token)
    # A satellite's token stays; the client's is not for it.
    is_set = token is not None and browser.transport == "cookie"
    to_set = [] if not is_set else [cookies.client_cookie(scope, token)]
    # Never newer than the tokens that the browser holds: it goes with new ones, or there are none.
    # In development clerk-js writes `__client_uat` itself.
    is_set_here = scope.instance.environment_type != "development"
    if is_set_here and (with_token or not client.sessions):
        to_set += cookies.client_uat(scope, client.updated_at if client.sessions else None)
    return Reply(body, cookies=to_set)


async def own_reply(
    scope: Scope,
    caller: InSession,
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
    caller: InSession,
    respond: Callable[[Client], object],
    *,
    with_token: bool = False,
) -> Reply:
    """Return `respond(client)` in the envelope, even if the acting session has ended."""
    shown = caller.browser.credential
    held = HeldClient(shown.client_id, shown.token_hash)
    return await wrapped(scope, caller.browser, held, respond, with_token=with_token)
