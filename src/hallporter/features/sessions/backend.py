"""Backend API endpoints of sessions."""

from typing import Annotated, Literal

import msgspec

from hallporter.contract import texts
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import ClientId, SessionId, UserId
from hallporter.contract.objects import Page, listed
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Headers, Id, Jwt, Url, Word
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.clients import cookies
from hallporter.features.sessions import (
    actions,
    impersonal,
    store,
    template_tokens,
    tokens,
    verifying,
    views,
)
from hallporter.features.sessions.views import BackendSession, Cookies, Token

_LONGEST_TOKEN_SECONDS = 315_360_000


class CreateSession(msgspec.Struct, frozen=True, kw_only=True):
    """For whom."""

    user_id: Id[UserId]
    active_organization_id: Id[str] | None = None


class ListSessions(ListQuery, frozen=True, kw_only=True):
    """Which sessions."""

    client_id: Id[ClientId] | None = None
    user_id: Id[UserId] | None = None
    status: (
        Literal[
            "abandoned", "active", "ended", "expired", "pending", "removed", "replaced", "revoked"
        ]
        | None
    ) = None


class VerifySession(msgspec.Struct, frozen=True, kw_only=True):
    """A token of the session."""

    token: texts.Token


class CreateSessionToken(msgspec.Struct, frozen=True, kw_only=True):
    """How long the token shall hold."""

    expires_in_seconds: Annotated[int, msgspec.Meta(ge=1, le=_LONGEST_TOKEN_SECONDS)] | None = None


class RefreshSession(msgspec.Struct, frozen=True, kw_only=True):
    """An expired token and the refresh token that renews it."""

    expired_token: Jwt
    refresh_token: texts.Token
    request_origin: Url
    request_headers: Headers | None = None
    format: Literal["token", "cookie"] | None = None
    request_originating_ip: Word | None = None


@backend.post("/v1/sessions")
async def create_session(scope: Scope, caller: SecretKey, given: CreateSession) -> BackendSession:
    """Sign a user in on a client made for it: for tests and tools that have no browser."""
    row = await impersonal.create(
        scope, given.user_id, active_organization_id=given.active_organization_id
    )
    return views.backend_session(row, scope.now)


@backend.get("/v1/sessions")
async def get_session_list(
    scope: Scope, caller: SecretKey, query: ListSessions
) -> list[BackendSession] | Page[BackendSession]:
    """Return sessions, newest first."""
    found = await store.list_sessions(
        scope.db.listing,
        _where(scope, query),
        limit=query.size,
        offset=query.offset,
    )
    page = [views.backend_session(row, scope.now) for row in found]
    return await listed(
        query, page, lambda: store.count_sessions(scope.db.listing, _where(scope, query))
    )


@backend.get("/v1/sessions/{session_id}")
async def get_session(scope: Scope, caller: SecretKey, session_id: SessionId) -> BackendSession:
    """Return one session."""
    return views.backend_session(await actions.get(scope, session_id), scope.now)


@backend.post("/v1/sessions/{session_id}/revoke", in_maintenance=True)
async def revoke_session(scope: Scope, caller: SecretKey, session_id: SessionId) -> BackendSession:
    """End a session at once, wherever it is open."""
    return views.backend_session(await actions.revoke(scope, session_id), scope.now)


@backend.post("/v1/sessions/{session_id}/verify", in_maintenance=True)
async def verify_session(
    scope: Scope, caller: SecretKey, session_id: SessionId, given: VerifySession
) -> BackendSession:
    """Return a session if a token is its and it is live."""
    row = await verifying.session_of_token(scope, session_id, given.token)
    return views.backend_session(row, scope.now)


@backend.post("/v1/sessions/{session_id}/tokens", in_maintenance=True)
async def create_session_token(
    scope: Scope, caller: SecretKey, session_id: SessionId, given: CreateSessionToken
) -> Token:
    """Mint a session token for a server."""
    row = await actions.live(scope, session_id)
    return Token(jwt=await tokens.mint(scope, row, ttl_seconds=given.expires_in_seconds))


@backend.post("/v1/sessions/{session_id}/refresh", in_maintenance=True)
async def refresh_session(
    scope: Scope, caller: SecretKey, session_id: SessionId, given: RefreshSession
) -> Token | Cookies:
    """Renew an expired session token without the browser (a page request's silent refresh)."""
    refreshed = await actions.refresh(
        scope,
        session_id,
        expired_token=given.expired_token,
        refresh_token=given.refresh_token,
    )
    jwt = await tokens.mint(scope, refreshed.session, authorized_party=given.request_origin)
    if given.format != "cookie":
        return Token(jwt=jwt)
    refresh_name = cookies.both_names(scope, "__refresh")[1]
    return Cookies(
        cookies=[
            *(
                cookies.app_cookie(scope, name, jwt).directive
                for name in cookies.both_names(scope, "__session")
            ),
            cookies.app_cookie(
                scope, refresh_name, refreshed.refresh_token.reveal(), http_only=True
            ).directive,
        ]
    )


def _where(scope: Scope, query: ListSessions) -> store.Where:
    return actions.listed(
        scope, client_id=query.client_id, user_id=query.user_id, status=query.status
    )


class CreateTemplateToken(msgspec.Struct, frozen=True, kw_only=True):
    """How long the token shall hold, if not as long as its template says."""

    expires_in_seconds: Annotated[int, msgspec.Meta(ge=30, le=315_360_000)] | None = None


@backend.post("/v1/sessions/{session_id}/tokens/{template_name}", in_maintenance=True)
async def create_session_token_from_template(
    scope: Scope,
    caller: SecretKey,
    session_id: SessionId,
    template_name: str,
    given: CreateTemplateToken,
) -> Token:
    """Mint a token for another service on a server's word."""
    jwt = await template_tokens.for_server(
        scope, session_id, template_name, ttl_seconds=given.expires_in_seconds
    )
    return Token(jwt=jwt)
