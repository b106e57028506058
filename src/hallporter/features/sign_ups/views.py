"""Sign-ups as the outside sees them: `replies` makes them of what is stored."""

from typing import Any

import msgspec

from hallporter.contract.ids import ClientId, SessionId, SignUpId, UserId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.visits.views import OAuthVerification


class SignUpVerification(msgspec.Struct, frozen=True):
    """How a field is to be proved, and what comes next."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: Moment | None
    next_action: str
    supported_strategies: list[str]
    verified_at_client: ClientId | msgspec.UnsetType
    nonce: str | msgspec.UnsetType
    message: str | msgspec.UnsetType
    channel: PhoneCodeChannel | msgspec.UnsetType


class SignUpVerifications(msgspec.Struct, frozen=True):
    """The proofs of a sign-up's fields."""

    email_address: SignUpVerification | None
    phone_number: SignUpVerification | None
    web3_wallet: SignUpVerification | None
    external_account: OAuthVerification | None


class SignUp(WireObject, frozen=True, tag="sign_up_attempt"):
    """A sign-up."""

    id: SignUpId
    status: str
    required_fields: list[str]
    optional_fields: list[str]
    missing_fields: list[str]
    unverified_fields: list[str]
    verifications: SignUpVerifications
    username: str | None
    email_address: str | None
    phone_number: str | None
    web3_wallet: str | None
    password_enabled: bool
    first_name: str | None
    last_name: str | None
    unsafe_metadata: Opaque
    public_metadata: dict[str, Any]
    custom_action: bool
    external_id: str | None
    created_session_id: SessionId | None
    created_user_id: UserId | None
    abandon_at: Moment
    legal_accepted_at: Moment | None
