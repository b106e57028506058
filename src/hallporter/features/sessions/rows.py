"""How sessions are stored."""

from typing import Any, Literal

import msgspec

from hallporter.contract.ids import ClientId, InstanceId, SessionId, UserId
from hallporter.core.batches import Walked

StoredStatus = Literal["active", "pending", "revoked", "ended", "removed", "replaced"]
SessionStatus = Literal[StoredStatus, "expired", "abandoned"]

_ACTOR = msgspec.json.Decoder(dict[str, Any] | None)


class SessionRow(msgspec.Struct, frozen=True):
    """A row of `sessions`.

    Expiry is not stored but computed from the clock. `tasks` are what a pending session waits for,
    the next one first.
    """

    id: SessionId
    instance_id: InstanceId
    client_id: ClientId
    user_id: UserId
    status: StoredStatus
    actor: msgspec.Raw
    last_active_organization_id: str | None
    first_factor_verified_at: int | None
    second_factor_verified_at: int | None
    refresh_token_hash: str | None
    ip_address: str | None
    user_agent: str | None
    last_active_at: int
    expire_at: int
    abandon_at: int
    created_at: int
    updated_at: int
    tasks: list[str]

    def status_at(self, now: int) -> SessionStatus:
        """Return the status, time taken into account."""
        if self.status not in ("active", "pending"):
            return self.status
        if self.expire_at <= now:
            return "expired"
        return "abandoned" if self.abandon_at <= now else self.status

    def acted_by(self) -> dict[str, Any] | None:
        """Return who acts in the user's place, if not the user."""
        return _ACTOR.decode(self.actor)

    @property
    def is_impersonation(self) -> bool:
        """Whether a person acts in the user's place; agents say that they are agents."""
        actor = self.acted_by()
        return actor is not None and actor.get("type") != "agent"

    def is_live(self, now: int) -> bool:
        """Whether the session still counts as signed in."""
        return self.status_at(now) in ("active", "pending")


class OwnSessionRow(SessionRow, frozen=True):
    """A session of the client that asks, and whether it is the client's last active one."""

    is_last_active: bool


class RecencyRow(msgspec.Struct, frozen=True):
    """When the user of a session last proved each factor, in ms, and whether there is a second.

    `is_reverifying` while a proof that was begun waits for its end.
    """

    first_factor_verified_at: int | None
    second_factor_verified_at: int | None
    has_second_factor: bool
    is_reverifying: bool


class RefreshTokenRow(msgspec.Struct, frozen=True):
    """A row of `refresh_tokens`: the chain of tokens that one handshake began."""

    handle: str
    instance_id: InstanceId
    session_id: SessionId
    token_hash: str
    previous_token_hash: str | None
    spent_at: int | None
    successor_key: str | None
    expire_at: int
    created_at: int


class SettledSessionRow(msgspec.Struct, frozen=True):
    """A session whose status has just changed to `status`, or that waits for less than before."""

    id: SessionId
    client_id: ClientId
    user_id: UserId
    status: StoredStatus


class WalkedSessionsRow(Walked, frozen=True):
    """Sessions that were looked at, and the clients of those that were deleted."""

    client_ids: list[ClientId]
