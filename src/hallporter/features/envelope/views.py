"""Clients as the outside sees them, and sessions as their browsers do."""

from collections.abc import Mapping, Sequence

import msgspec

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, SessionId, SignInId, SignUpId, UserId
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.scope import Scope
from hallporter.features.browsers.rows import ClientWithSessionsRow, Opened
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.sessions.views import (
    BackendSession,
    SessionFields,
    Token,
    backend_session,
    session_fields,
)
from hallporter.features.sign_ins.views import SignIn
from hallporter.features.sign_ups.views import SignUp
from hallporter.features.users import store as user_store
from hallporter.features.users import views as user_views
from hallporter.features.users.views import PublicUserData, Shown, User
from hallporter.tokens.session_token import factor_verification_age


class Session(SessionFields, frozen=True, tag="session"):
    """A session as its browser sees it."""

    last_active_token: Token | msgspec.UnsetType
    user: User
    public_user_data: PublicUserData
    factor_verification_age: list[int]


class ClientFields(WireObject, frozen=True, tag="client"):
    """The fields of a client in both APIs."""

    id: ClientId
    last_active_session_id: SessionId | None
    last_authentication_strategy: str | None
    created_at: Moment
    updated_at: Moment


class Client(ClientFields, frozen=True, tag="client"):
    """A client as it sees itself."""

    sessions: list[Session]
    sign_in: SignIn | None
    sign_up: SignUp | None
    cookie_expires_at: Moment | None
    captcha_bypass: bool


class BackendClient(ClientFields, frozen=True, tag="client"):
    """A client as a server sees it."""

    session_ids: list[SessionId]
    sessions: list[BackendSession]
    sign_in_id: SignInId | None
    sign_up_id: SignUpId | None


def session(
    row: SessionRow,
    of_user: Shown,
    now: int,
    *,
    jwt: str | None,
) -> Session:
    """Return the session for the Frontend API; `jwt` spares clerk-js a request for a token."""
    return Session(
        **session_fields(row, now),
        last_active_token=msgspec.UNSET if jwt is None else Token(jwt=jwt),
        user=of_user.user,
        public_user_data=of_user.public,
        factor_verification_age=factor_verification_age(
            row.first_factor_verified_at, row.second_factor_verified_at, now
        ),
    )


async def own_session(scope: Scope, row: SessionRow) -> Session:
    """Return the session of `row` with its user, also when it has ended."""
    (found,) = await own_sessions(scope, row.user_id, [row])
    return found


async def own_sessions(scope: Scope, user_id: UserId, rows: list[SessionRow]) -> list[Session]:
    """Return sessions of one user, who is read once."""
    user = await user_store.user_details(scope.db, scope.instance.id, user_id)
    if user is None:
        raise errors.user.not_found()
    of_user = user_views.shown(user, scope)
    return [session(row, of_user, scope.now, jwt=None) for row in rows]


def client(
    opened: Opened,
    users: Mapping[UserId, Shown],
    now: int,
    *,
    jwts: list[str],
    sign_in: SignIn | None,
    sign_up: SignUp | None,
) -> Client:
    """Return the client for the Frontend API, with a token for each session that is open on it."""
    row = opened.client
    # Who was deleted since is signed in nowhere.
    live = [
        (each.session, jwt)
        for each, jwt in zip(opened.sessions, jwts, strict=True)
        if each.session.user_id in users
    ]
    active = _last_active(row, [each for each, _ in live])
    return Client(
        id=row.id,
        sessions=[session(each, users[each.user_id], now, jwt=jwt) for each, jwt in live],
        sign_in=sign_in,
        sign_up=sign_up,
        last_active_session_id=None if active is None else active.id,
        last_authentication_strategy=row.last_authentication_strategy,
        # Null opts out of clerk-js' extra redirects for a cookie about to expire.
        cookie_expires_at=None,
        captcha_bypass=True,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def backend_client(row: ClientWithSessionsRow, now: int) -> BackendClient:
    """Return the client for the Backend API."""
    live = row.open_sessions()
    active = _last_active(row, live)
    return BackendClient(
        id=row.id,
        session_ids=[each.id for each in live],
        sessions=[backend_session(each, now) for each in live],
        sign_in_id=row.sign_in_id,
        sign_up_id=row.sign_up_id,
        last_active_session_id=None if active is None else active.id,
        last_authentication_strategy=row.last_authentication_strategy,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _last_active(client: ClientRow, live: Sequence[SessionRow]) -> SessionRow | None:
    """Return the last active one of its live sessions; when time ended it, the next recent."""
    for session in live:
        if session.id == client.last_active_session_id:
            return session
    return max(live, key=lambda each: each.last_active_at, default=None)
