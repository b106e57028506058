"""What requests bring to a sign-in, beside the proofs of its factors."""

import msgspec
from msgspec import UNSET, UnsetType

from hallporter.contract.ids import IdentificationId, TrustedDeviceId
from hallporter.core.secret import Secret
from hallporter.features.external_accounts.visits import VisitFields


class CreateSignIn(VisitFields, frozen=True, kw_only=True):
    """What a sign-in may begin with, the way to a provider and back included."""

    identifier: str | None | UnsetType = UNSET
    strategy: str | None = None
    password: Secret | None = None
    ticket: Secret | None = None
    transfer: bool | None = None
    token: Secret | None = None
    email_address_id: IdentificationId | None = None
    phone_number_id: IdentificationId | None = None
    trusted_device_id: TrustedDeviceId | None = None
    channel: str | None = None


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A new password for an account whose mailbox or telephone was just proved."""

    password: Secret
    sign_out_of_other_sessions: bool = False
