"""What requests bring to a sign-in, beside the proofs of its factors."""

import msgspec
from msgspec import UNSET, UnsetType

from hallporter.contract.ids import IdentificationId, TrustedDeviceId
from hallporter.contract.texts import Id, Identifier, Password, Token, Word
from hallporter.features.external_accounts.visits import VisitFields


class CreateSignIn(VisitFields, frozen=True, kw_only=True):
    """What a sign-in may begin with, the way to a provider and back included."""

    identifier: Identifier | None | UnsetType = UNSET
    strategy: Word | None = None
    password: Password | None = None
    ticket: Token | None = None
    transfer: bool | None = None
    token: Token | None = None
    email_address_id: Id[IdentificationId] | None = None
    phone_number_id: Id[IdentificationId] | None = None
    trusted_device_id: Id[TrustedDeviceId] | None = None
    channel: Word | None = None


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A new password for an account whose mailbox or telephone was just proved."""

    password: Password
    sign_out_of_other_sessions: bool = False
