"""Clients as the outside sees them."""

from collections.abc import Sequence

from hallporter.contract.ids import ClientId, SessionId, SignInId, SignUpId
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.scope import Scope
from hallporter.features.clients.rows import ClientRow, ClientWithSessionsRow, Opened
from hallporter.features.sessions import views as sessions
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.sessions.views import BackendSession, Session
from hallporter.features.sign_ins.views import SignIn
from hallporter.features.sign_ups.views import SignUp


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


def client(
    opened: Opened,
    scope: Scope,
    *,
    jwts: list[str],
    sign_in: SignIn | None,
    sign_up: SignUp | None,
) -> Client:
    """Return the client for the Frontend API; `jwts` are tokens of what is `opened` on it."""
    row = opened.client
    active = _last_active(row, [each.session for each in opened.sessions])
    return Client(
        id=row.id,
        sessions=[
            sessions.session(each.session, each.user, scope, jwt=jwt)
            for each, jwt in zip(opened.sessions, jwts, strict=True)
        ],
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
        sessions=[sessions.backend_session(each, now) for each in live],
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
