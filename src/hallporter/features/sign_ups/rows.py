"""How sign-ups are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    ClientId,
    ExternalVerificationId,
    InstanceId,
    InvitationId,
    SessionId,
    SignUpId,
    UserId,
    VerificationId,
)

SignUpStatus = Literal["missing_requirements", "complete", "abandoned"]


class SignUpRow(msgspec.Struct, frozen=True):
    """A row of `sign_ups`: what was given so far."""

    id: SignUpId
    instance_id: InstanceId
    client_id: ClientId
    status: SignUpStatus
    email_address: str | None
    username: str | None
    first_name: str | None
    last_name: str | None
    password_hash: str | None
    unsafe_metadata: msgspec.Raw
    email_address_verification_id: VerificationId | None
    locale: str | None
    legal_accepted_at: int | None
    created_session_id: SessionId | None
    created_user_id: UserId | None
    abandon_at: int
    created_at: int
    updated_at: int
    external_verification_id: ExternalVerificationId | None
    phone_number: str | None
    phone_number_verification_id: VerificationId | None
    invitation_id: InvitationId | None
    web3_wallet: str | None
    web3_wallet_verification_id: VerificationId | None


class GoneSignUpRow(msgspec.Struct, frozen=True):
    """Whose client a sign-up was on that was deleted, and by which visit it came."""

    client_id: ClientId
    external_verification_id: ExternalVerificationId | None
