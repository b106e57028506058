"""How sign-ins are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ClientId,
    IdentificationId,
    InstanceId,
    SessionId,
    SignInId,
    UserId,
    VerificationId,
)

SignInStatus = Literal[
    "needs_identifier",
    "needs_first_factor",
    "needs_new_password",
    "needs_second_factor",
    "needs_client_trust",
    "complete",
    "abandoned",
]

ClientTrustState = Literal["pending", "new", "known"]
"""Whether a sign-in's user was signed in on its client before."""


class SignInRow(msgspec.Struct, frozen=True):
    """A row of `sign_ins`. A `…_strategy` is set once its factor is proved."""

    id: SignInId
    instance_id: InstanceId
    client_id: ClientId
    status: SignInStatus
    identifier: str | None
    identification_id: IdentificationId | None
    user_id: UserId | None
    first_factor_verification_id: VerificationId | None
    first_factor_strategy: str | None
    second_factor_verification_id: VerificationId | None
    second_factor_strategy: str | None
    new_password_required: bool
    created_session_id: SessionId | None
    abandon_at: int
    created_at: int
    updated_at: int
    first_factor_proved_at: int | None
    """None also of what the release before has proved."""

    @property
    def asks_for_second(self) -> bool:
        """Whether what is proved next comes after the first factor."""
        return self.status in ("needs_second_factor", "needs_client_trust")

    @property
    def awaited_verification_id(self) -> VerificationId | None:
        """The proof that is under way, if one was prepared."""
        if self.asks_for_second:
            return self.second_factor_verification_id
        return self.first_factor_verification_id

    @property
    def proved_at(self) -> int | None:
        """Since when its first factor is proved, as far as that is known."""
        if self.first_factor_strategy is None:
            return None
        return self.first_factor_proved_at or self.created_at


class SignInChangeRow(msgspec.Struct, frozen=True):
    """A row of `sign_in_changes`: what waits for a second factor."""

    sign_in_id: SignInId
    instance_id: InstanceId
    password_hash: str | None
    ends_sessions: bool
    strategy: str | None
    identity_encrypted: str | None
    created_at: int


class SubjectRow(msgspec.Struct, frozen=True):
    """A user with all that can be proved of them, as it comes in one round trip."""

    identification_id: IdentificationId | None
    user: msgspec.Raw
    credentials: msgspec.Raw
    verification: msgspec.Raw
