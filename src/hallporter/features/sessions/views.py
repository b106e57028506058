"""Sessions as the outside sees them."""

from typing import Any

import msgspec

from hallporter.contract.ids import ClientId, SessionId, UserId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.features.sessions.devices import Activity
from hallporter.features.sessions.rows import SessionRow


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


def active_session(row: SessionRow, activity: Activity, now: int) -> ActiveSession:
    """Return the session with the device that it is used from."""
    device, place = activity.device, activity.place
    return ActiveSession(
        **session_fields(row, now),
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


def backend_session(row: SessionRow, now: int) -> BackendSession:
    """Return the session for the Backend API."""
    return BackendSession(**session_fields(row, now), user_id=row.user_id, client_id=row.client_id)


def session_fields(row: SessionRow, now: int) -> dict[str, Any]:
    """Return what both APIs tell of a session."""
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
