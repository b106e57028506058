"""How clients are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ClientId,
    DevBrowserId,
    InstanceId,
    SessionId,
    SignInId,
    SignUpId,
    UserId,
)
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.users.rows import UserDetailsRow


class ClientRow(msgspec.Struct, frozen=True):
    """A row of `clients`. `updated_at` moves only when its set of sessions does: clients and
    backends compare it with the age of session tokens (`__client_uat`)."""

    id: ClientId
    instance_id: InstanceId
    token_hash: str
    previous_token_hash: str | None
    rotated_at: int | None
    sign_in_id: SignInId | None
    sign_up_id: SignUpId | None
    last_active_session_id: SessionId | None
    last_authentication_strategy: str | None
    created_at: int
    updated_at: int


class SessionWithUser(msgspec.Struct, frozen=True):
    """A live session and its user, as they come nested in one row."""

    session: SessionRow
    user: UserDetailsRow


# Made once: finding out how to decode a list costs more than decoding a short one.
_OPEN_SESSIONS = msgspec.json.Decoder(list[SessionWithUser])
_SESSIONS = msgspec.json.Decoder(list[SessionRow])


class OpenClientRow(ClientRow, frozen=True):
    """A client with its live sessions and their users: the whole Client object in one row."""

    sessions: msgspec.Raw

    def open_sessions(self) -> list[SessionWithUser]:
        """Return the live sessions, oldest first."""
        return _OPEN_SESSIONS.decode(self.sessions)

    def opened(self) -> "Opened":
        """Return the same with the sessions decoded."""
        return Opened(self, self.open_sessions())


class Opened(msgspec.Struct, frozen=True):
    """A client with all that is open on it, oldest first."""

    client: ClientRow
    sessions: list[SessionWithUser]


class ClientWithSessionsRow(ClientRow, frozen=True):
    """A client with its live sessions, as servers see it."""

    sessions: msgspec.Raw

    def open_sessions(self) -> list[SessionRow]:
        """Return the live sessions, oldest first."""
        return _SESSIONS.decode(self.sessions)


class DevBrowserRow(msgspec.Struct, frozen=True):
    """A row of `dev_browsers`."""

    id: DevBrowserId
    instance_id: InstanceId
    token_hash: str
    client_id: ClientId | None
    created_at: int


class DevBrowserClientRow(msgspec.Struct, frozen=True):
    """A dev browser and the token hash of the client it stands for, if it has one yet."""

    id: DevBrowserId
    client_id: ClientId | None
    client_token_hash: str | None


class SatelliteClientRow(msgspec.Struct, frozen=True):
    """A row of `satellite_clients`."""

    token_hash: str
    instance_id: InstanceId
    client_id: ClientId
    domain: str
    created_at: int


class LinkedClientRow(msgspec.Struct, frozen=True):
    """The client that a satellite's token stands for, and its own current token."""

    client_id: ClientId
    client_token_hash: str


class HandshakeRow(msgspec.Struct, frozen=True):
    """A row of `handshakes`: the cookies to set, kept until their nonce is shown once."""

    nonce_hash: str
    instance_id: InstanceId
    directives_encrypted: str
    expire_at: int


class ActingSessionRow(msgspec.Struct, frozen=True):
    """The session for which a signed-in request acts."""

    id: SessionId
    user_id: UserId
    status: Literal["active", "pending"]
    has_actor: bool
