"""The handshake: an app's backend needs fresh cookies, so it redirects the browser here.

The browser returns to the page with what the backend needs to set them: a one-time nonce that the
backend exchanges, or, in the older form, a signed token that holds the cookies.
"""

from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser, Syncing
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.reply import Cookie, Redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Jwt, Url, Word
from hallporter.core.clock import MINUTE
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of
from hallporter.features.browsers import actions, linking, store
from hallporter.features.browsers.rows import HandshakeRow, OpenClientRow
from hallporter.features.clients import cookies, dev_browsers
from hallporter.features.clients.addresses import with_parameter
from hallporter.features.sessions import refresh_tokens, tokens
from hallporter.features.sessions.rows import SessionRow
from hallporter.tokens import jwt, session_token

_NONCE_LIFETIME = 2 * MINUTE
_NONCE = "__clerk_handshake_nonce"
_PAYLOAD = "__clerk_handshake"
_REDIRECT_SECONDS = 60


class HandshakeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the backend's redirect says."""

    redirect_url: Url
    format: Word | None = None
    session: Jwt | None = msgspec.field(default=None, name="__session")
    reason: Word | None = msgspec.field(default=None, name="__clerk_hs_reason")
    synced: Word | None = msgspec.field(default=None, name="__clerk_synced")


async def begin(scope: Scope, caller: Syncing, query: HandshakeQuery) -> Redirect:
    """Return the redirect that carries the browser's state back to the app.

    On a satellite it leads past the instance's own domain first, and comes here again.
    """
    if not is_allowed_redirect(scope.instance, query.redirect_url):
        raise errors.request.redirect_url_invalid(param="redirect_url")
    browser = caller.browser
    if query.synced != "true" and linking.is_needed(scope, browser, query.reason):
        here = linking.address_of(scope, scope.satellite or "")
        return linking.start(scope, caller, f"{here}/v1/client/handshake?{_said(query)}")
    if query.synced == "true":
        page = with_parameter(query.redirect_url, "__clerk_synced", "true")
        query = replace(query, redirect_url=page)
    client = await actions.open_client(scope, browser)
    return await carried(scope, browser, client, query)


async def carried(
    scope: Scope, browser: Browser, client: OpenClientRow | None, query: HandshakeQuery
) -> Redirect:
    """Return the redirect that carries what is open on a client to the app."""
    directives = [
        *await _state(scope, client, query),
        *await _dev_browser(scope, browser, client),
    ]
    name = _NONCE if query.format == "nonce" else _PAYLOAD
    value = await _transported(scope, directives, by_nonce=query.format == "nonce")
    if scope.instance.environment_type == "development" or not _shares_cookies(scope, query):
        return Redirect(with_parameter(query.redirect_url, name, value.reveal()))
    return Redirect(query.redirect_url, cookies=[_short_lived(scope, name, value)])


async def take_payload(scope: Scope, nonce: str) -> list[str]:
    """Trade a nonce for its cookie directives, once."""
    async with scope.db.write() as tx:
        row = await store.take_handshake(tx, scope.instance.id, hash_of(nonce))
    if row is None or row.expire_at <= scope.now:
        raise errors.client.handshake_nonce_invalid(param="nonce")
    return msgspec.json.decode(scope.box.decrypt(row.directives_encrypted), type=list[str])


async def _state(scope: Scope, client: OpenClientRow | None, query: HandshakeQuery) -> list[Cookie]:
    session = _chosen_session(scope, client, query)
    uat = None if client is None or session is None else client.updated_at
    cleared = _transport_cleared(scope)
    if session is None:
        gone = [
            cookies.app_cookie(scope, name, None) for name in cookies.both_names(scope, "__session")
        ]
        return [*gone, *_uat(scope, uat), *cleared]
    app_origin = "{0.scheme}://{0.netloc}".format(urlsplit(query.redirect_url))
    jwt_text = await tokens.mint(scope, session, authorized_party=app_origin)
    async with scope.db.write() as tx:
        refresh_token = await refresh_tokens.issue(tx, scope, session)
    refresh_name = cookies.both_names(scope, "__refresh")[1]
    return [
        *(
            cookies.app_cookie(scope, name, jwt_text)
            for name in cookies.both_names(scope, "__session")
        ),
        *_uat(scope, uat),
        cookies.app_cookie(scope, refresh_name, refresh_token.reveal(), http_only=True),
        *cleared,
    ]


def _chosen_session(
    scope: Scope, client: OpenClientRow | None, query: HandshakeQuery
) -> SessionRow | None:
    """Return the session that the page's old token names, else the last active one."""
    if client is None:
        return None
    live = [each.session for each in client.sessions]
    named = _named_session(scope, query.session)
    for wanted in (named, client.last_active_session_id):
        found = next((each for each in live if each.id == wanted), None)
        if found is not None:
            return found
    return max(live, key=lambda each: each.last_active_at, default=None)


def _named_session(scope: Scope, old_token: str | None) -> str | None:
    if not old_token:
        return None
    try:
        return session_token.verify_ignoring_expiry(scope.instance, old_token).sid
    except ApiError:
        # Not ours, or not a token: then it names no session.
        return None


def _uat(scope: Scope, updated_at: int | None) -> list[Cookie]:
    value = cookies.uat_value(scope, updated_at)
    return [
        cookies.app_cookie(scope, name, value) for name in cookies.both_names(scope, "__client_uat")
    ]


def _transport_cleared(scope: Scope) -> list[Cookie]:
    if scope.instance.environment_type == "development":
        return []
    return [cookies.app_cookie(scope, name, None) for name in (_NONCE, _PAYLOAD)]


async def _dev_browser(
    scope: Scope, browser: Browser, client: OpenClientRow | None
) -> list[Cookie]:
    """Mint a dev browser for a development page that has none, or its backend loops."""
    if scope.instance.environment_type != "development" or browser.dev_browser_hash is not None:
        return []
    made = await dev_browsers.create(scope, None if client is None else client.id)
    return cookies.dev_browser(scope, made.token)


async def _transported(scope: Scope, directives: list[Cookie], *, by_nonce: bool) -> Secret:
    lines = [cookie.directive for cookie in directives]
    if not by_nonce:
        return Secret(
            jwt.sign(
                scope.instance.signing_key,
                {"handshake": lines, "exp": scope.now // 1000 + _REDIRECT_SECONDS},
                category=session_token.CATEGORY,
                issued_at=scope.now // 1000,
            )
        )
    nonce = random_token()
    row = HandshakeRow(
        nonce_hash=hash_of(nonce),
        instance_id=scope.instance.id,
        directives_encrypted=scope.box.encrypt(msgspec.json.encode(lines)),
        expire_at=scope.now + _NONCE_LIFETIME,
    )
    async with scope.db.write() as tx:
        await store.insert_handshake(tx, row, scope.now)
    return Secret(nonce)


def _shares_cookies(scope: Scope, query: HandshakeQuery) -> bool:
    """Tell whether a cookie set here is seen by the app: the same host, or our own domain."""
    app = urlsplit(query.redirect_url).hostname or ""
    here = urlsplit(scope.request.base_url).hostname
    if scope.instance.is_local:
        return app == here
    home = scope.satellite or scope.instance.home_domain
    return app == home or app.endswith(f".{home}")


def _short_lived(scope: Scope, name: str, value: Secret) -> Cookie:
    return Cookie(
        name=name,
        value=value.reveal(),
        max_age_seconds=_REDIRECT_SECONDS,
        secure=scope.request.is_secure or not scope.instance.is_local,
        http_only=True,
        domain=None if scope.instance.is_local else scope.satellite or scope.instance.home_domain,
    )


def _said(query: HandshakeQuery) -> str:
    parameters = msgspec.to_builtins(query)
    return urlencode({name: value for name, value in parameters.items() if value is not None})
