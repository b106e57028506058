"""How clients are read with what is open on them, and what is stored on their way."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ClientId,
    InstanceId,
    SessionId,
    UserId,
)
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.users.rows import UserDetailsRow


class OpenSession(msgspec.Struct, frozen=True):
    """A live session, and which revision of its user it was read with."""

    session: SessionRow
    revision: int | None


# Made once: finding out how to decode a list costs more than decoding a short one.
_SESSIONS = msgspec.json.Decoder(list[SessionRow])


class OpenClientRow(ClientRow, frozen=True):
    """A client with its live sessions, oldest first."""

    sessions: list[OpenSession]

    def opened(self) -> "Opened":
        """Return the same as the Client object is made from."""
        return Opened(self, self.sessions)


class Opened(msgspec.Struct, frozen=True):
    """A client with all that is open on it, oldest first."""

    client: ClientRow
    sessions: list[OpenSession]
    user: UserDetailsRow | None = None
    """The user of its sessions, where this request has just changed and read them."""


class ClientWithSessionsRow(ClientRow, frozen=True):
    """A client with its live sessions, as servers see it."""

    sessions: msgspec.Raw

    def open_sessions(self) -> list[SessionRow]:
        """Return the live sessions, oldest first."""
        return _SESSIONS.decode(self.sessions)


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
