"""Sessions as the outside sees them."""

from typing import Any

import msgspec

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, SessionId, UserId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.contract.scope import Scope
from hallporter.features.sessions.devices import Activity
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.users import store as user_store
from hallporter.features.users import views as users
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.users.views import PublicUserData, User
from hallporter.tokens.session_token import factor_verification_age


class Token(WireObject, frozen=True, tag="token"):
    """A signed token."""

    jwt: str


class Cookies(WireObject, frozen=True, tag="cookies"):
    """Complete `Set-Cookie` values for a backend to pass on."""

    cookies: list[str]


class SessionFields(WireObject, frozen=True, tag="session"):
    """The fields of a session in both APIs."""

    id: SessionId
    status: str
    expire_at: Moment
    abandon_at: Moment
    last_active_at: Moment
    last_active_organization_id: str | None
    actor: Opaque
    tasks: list[dict[str, Any]]
    created_at: Moment
    updated_at: Moment


class Session(SessionFields, frozen=True, tag="session"):
    """A session as its browser sees it."""

    last_active_token: Token | msgspec.UnsetType
    user: User
    public_user_data: PublicUserData
    factor_verification_age: list[int]


class SessionActivity(WireObject, frozen=True, tag="session_activity"):
    """From what and from where a session was last used; what is not known is absent."""

    id: str
    is_mobile: bool
    device_type: str | msgspec.UnsetType
    browser_name: str | msgspec.UnsetType
    browser_version: str | msgspec.UnsetType
    ip_address: str | msgspec.UnsetType
    city: str | msgspec.UnsetType
    country: str | msgspec.UnsetType


class ActiveSession(SessionFields, frozen=True, tag="session"):
    """A session as one of its user's devices."""

    latest_activity: SessionActivity


class BackendSession(SessionFields, frozen=True, tag="session"):
    """A session as a server sees it."""

    user_id: UserId
    client_id: ClientId


def session(
    row: SessionRow,
    of_user: UserDetailsRow,
    scope: Scope,
    *,
    jwt: str | None,
) -> Session:
    """Return the session for the Frontend API; `jwt` spares clerk-js a request for a token."""
    now = scope.now
    fields = _fields(row, now)
    user = users.user(of_user, scope)
    return Session(
        **fields,
        last_active_token=msgspec.UNSET if jwt is None else Token(jwt=jwt),
        user=user,
        public_user_data=users.public_user_data(user),
        factor_verification_age=factor_verification_age(
            row.first_factor_verified_at, row.second_factor_verified_at, now
        ),
    )


def active_session(row: SessionRow, activity: Activity, now: int) -> ActiveSession:
    """Return the session with the device that it is used from."""
    device, place = activity.device, activity.place
    return ActiveSession(
        **_fields(row, now),
        latest_activity=SessionActivity(
            id=f"sess_activity_{row.id.partition('_')[2]}",
            is_mobile=device.is_mobile,
            device_type=_known(device.type),
            browser_name=_known(device.browser_name),
            browser_version=_known(device.browser_version),
            ip_address=_known(row.ip_address),
            city=_known(place.city),
            country=_known(place.country),
        ),
    )


def _known(value: str | None) -> str | msgspec.UnsetType:
    return value or msgspec.UNSET


async def own_session(scope: Scope, row: SessionRow) -> Session:
    """Return the session of `row` with its user, also when it has ended."""
    (found,) = await own_sessions(scope, row.user_id, [row])
    return found


async def own_sessions(scope: Scope, user_id: UserId, rows: list[SessionRow]) -> list[Session]:
    """Return sessions of one user, who is read once."""
    user = await user_store.user_details(scope.db, scope.instance.id, user_id)
    if user is None:
        raise errors.user.not_found()
    return [session(row, user, scope, jwt=None) for row in rows]


def backend_session(row: SessionRow, now: int) -> BackendSession:
    """Return the session for the Backend API."""
    return BackendSession(**_fields(row, now), user_id=row.user_id, client_id=row.client_id)


def _fields(row: SessionRow, now: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status_at(now),
        "expire_at": row.expire_at,
        "abandon_at": row.abandon_at,
        "last_active_at": row.last_active_at,
        "last_active_organization_id": row.last_active_organization_id,
        "actor": row.actor,
        "tasks": [{"key": task} for task in row.tasks],
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
