"""From what a request shows to a typed caller: the signature is judged here, the rest in SQL."""

from functools import lru_cache

from hallporter.contract import errors, origins
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import (
    Anyone,
    AtTask,
    Browser,
    Credential,
    KnownBrowser,
    SecretKey,
    SignedIn,
    Syncing,
)
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.core.secret import hash_of
from hallporter.edge.wiring import Presented
from hallporter.features.browsers import store
from hallporter.features.browsers.rows import ActingSessionRow
from hallporter.features.clients import store as client_store
from hallporter.features.sessions import identity
from hallporter.tokens import client_token

_REMEMBERED = 10_000


async def anyone(_scope: Scope, _presented: Presented) -> Anyone:
    """Let everybody in."""
    return Anyone()


async def secret_key(_scope: Scope, presented: Presented) -> SecretKey:
    """Let a server in whose key has found the instance; all others get 401."""
    if presented.secret_key_id is None:
        raise errors.authentication.invalid()
    return SecretKey(presented.secret_key_id)


async def browser(scope: Scope, presented: Presented) -> Browser:
    """Return the browser that sent the request, with or without a client.

    A native app sends its token in `Authorization`. A development browser may send
    `__clerk_db_jwt`, which identifies a client. All others send a cookie.
    """
    if presented.is_native:
        _refuse_unfit_native(scope)
        token = (presented.authorization or "").removeprefix("Bearer ").strip()
        shown = _valid(scope.instance, (token,))
        return Browser(shown[0] if shown else None, transport="native")
    if scope.satellite is not None:
        return await _on_satellite(scope, presented)
    shown = _valid(scope.instance, presented.client_tokens)
    credential = shown[0] if shown else None
    if len(shown) > 1:
        credential = await _of_several(scope, shown)
    # In production a link with this parameter could sign a stranger's browser in as its sender.
    if presented.dev_browser is None or scope.instance.environment_type == "production":
        return Browser(credential)
    return await _dev_browser(scope, presented.dev_browser, credential)


async def known_browser(scope: Scope, presented: Presented) -> KnownBrowser:
    """Return a browser that has a client, or answer 401."""
    found = await browser(scope, presented)
    if found.credential is None:
        raise errors.authentication.invalid()
    return KnownBrowser(found.credential, found.dev_browser_hash, found.transport)


async def signed_in(scope: Scope, presented: Presented) -> SignedIn:
    """Return the user of the session that the request names, or of the last active one.

    The one gate of pending sessions: they are let in by `at_task` alone.
    """
    known = await known_browser(scope, presented)
    session = await _acting_session(scope, known.credential, presented.session_id)
    if session.status != "active":
        raise errors.session.pending()
    return SignedIn(known, session.id, session.user_id, session.has_actor)


async def at_task(scope: Scope, presented: Presented) -> AtTask:
    """Return the user as `signed_in` does, also in a session that is pending."""
    known = await known_browser(scope, presented)
    session = await _acting_session(scope, known.credential, presented.session_id)
    is_pending = session.status == "pending"
    return AtTask(known, session.id, session.user_id, session.has_actor, is_pending)


async def syncing(scope: Scope, presented: Presented) -> Syncing:
    """Return a browser that passes by on its way from one domain to another."""
    return Syncing(await browser(scope, presented), presented.sync_states)


async def _acting_session(scope: Scope, shown: Credential, named: str | None) -> ActingSessionRow:
    session = await store.acting_session(
        scope.db, scope.instance.id, shown.client_id, shown.token_hash, scope.now, named=named
    )
    if session is None:
        raise await identity.outdated(scope, shown)
    return session


async def _on_satellite(scope: Scope, presented: Presented) -> Browser:
    if not presented.client_tokens:
        return Browser(None, transport="satellite")
    token_hashes = [hash_of(token) for token in presented.client_tokens]
    # In one statement, however many tokens a stranger shows.
    rows = await store.satellite_clients(
        scope.db, scope.instance.id, token_hashes, scope.satellite or ""
    )
    found = [Credential(row.client_id, row.client_token_hash) for row in rows]
    return Browser(await _of_several(scope, found), transport="satellite")


async def _dev_browser(scope: Scope, token: str, cookie: Credential | None) -> Browser:
    token_hash = hash_of(token)
    row = await client_store.dev_browser_client(scope.db, scope.instance.id, token_hash)
    if row is None:
        if cookie is None:
            raise errors.authentication.dev_browser_unauthenticated()
        return Browser(cookie)
    if row.client_id is None or row.client_token_hash is None:
        return Browser(cookie, token_hash)
    return Browser(Credential(row.client_id, row.client_token_hash), token_hash)


def _refuse_unfit_native(scope: Scope) -> None:
    if not scope.instance.settings.native_api:
        raise errors.authentication.native_api_disabled()
    origin = scope.request.origin
    # Or a script in a page could have its user sign in to a token that it can carry away.
    if origin is not None and not origins.is_native(scope.instance, origin):
        raise errors.authentication.native_page()


async def _of_several(scope: Scope, shown: list[Credential]) -> Credential | None:
    """Choose the valid credential of a browser that sent several.

    Of tokens of one client, the current one is taken. If they belong to different clients, none is.
    A page under the same parent domain can plant a cookie of its own client beside the right one
    (RFC 6265, section 8.6). Its owner could then see what is done in the browser.
    """
    if len(shown) <= 1:
        return shown[0] if shown else None
    if len({each.client_id for each in shown}) > 1:
        return None
    client = await client_store.client_by_id(scope.db, scope.instance.id, shown[0].client_id)
    current = None if client is None else client.token_hash
    return next((each for each in shown if each.token_hash == current), shown[0])


def _valid(instance: Instance, tokens: tuple[str, ...]) -> list[Credential]:
    found: list[Credential] = []
    for token in dict.fromkeys(tokens):
        try:
            found.append(_credential(instance, token))
        except ApiError:
            # A cookie of another instance or of another product counts as no cookie.
            continue
    return found


@lru_cache(maxsize=_REMEMBERED)
def _credential(instance: Instance, token: str) -> Credential:
    # Remembering saves the signature check only; whether the token is current is asked in SQL.
    claims = client_token.verify(instance, token)
    return Credential(claims.id, claims.token_hash)
