"""How users are stored."""

import msgspec
from msgspec.structs import replace

from hallporter.contract.ids import IdentificationId, InstanceId, ProfileImageId, UserId
from hallporter.features.external_accounts.rows import ExternalAccountRow
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.passkeys.rows import ShownPasskeyRow

# Made once: finding out how to decode a list costs more than decoding a short one.
_IDENTIFICATIONS = msgspec.json.Decoder(list[IdentificationRow])
_EXTERNAL_ACCOUNTS = msgspec.json.Decoder(list[ExternalAccountRow])
_PASSKEYS = msgspec.json.Decoder(list[ShownPasskeyRow])


class UserRow(msgspec.Struct, frozen=True):
    """A row of `users`."""

    id: UserId
    instance_id: InstanceId
    external_id: str | None
    first_name: str | None
    last_name: str | None
    locale: str | None
    primary_email_address_id: IdentificationId | None
    primary_phone_number_id: IdentificationId | None
    public_metadata: msgspec.Raw
    private_metadata: msgspec.Raw
    unsafe_metadata: msgspec.Raw
    banned: bool
    failed_attempts: int
    locked_until: int | None
    delete_self_enabled: bool
    create_organization_enabled: bool
    create_organizations_limit: int | None
    bypass_client_trust: bool
    legal_accepted_at: int | None
    last_sign_in_at: int | None
    last_active_at: int | None
    created_at: int
    updated_at: int

    def is_locked(self, now: int) -> bool:
        """Whether too many wrong attempts keep the user out at `now`."""
        return self.locked_until is not None and self.locked_until > now


class RevisionRow(msgspec.Struct, frozen=True):
    """What of `user_revisions` is read: another number after each change of what a user shows."""

    revision: int | None


class ProfileImageRow(msgspec.Struct, frozen=True):
    """A row of `profile_images`: at most one per user."""

    id: ProfileImageId
    instance_id: InstanceId
    user_id: UserId
    media_type: str
    content: bytes
    created_at: int


class UserDetailsRow(UserRow, frozen=True):
    """A row of the view `user_details`: a user with all that the User object shows."""

    password_enabled: bool
    password_last_updated_at: int | None
    totp_enabled: bool
    backup_code_enabled: bool
    mfa_enabled_at: int | None
    mfa_disabled_at: int | None
    identifications: msgspec.Raw
    external_accounts: msgspec.Raw
    profile_image_id: ProfileImageId | None
    passkeys: msgspec.Raw

    @property
    def has_second_factor(self) -> bool:
        """Whether there is a second factor that backup codes could stand in for."""
        return self.totp_enabled or any(
            each.is_second_factor for each in self.identification_rows()
        )

    def signed_in_at(self, now: int) -> "UserDetailsRow":
        """Return the user as a sign-in that is completed at `now` leaves them."""
        return replace(
            self,
            failed_attempts=0,
            locked_until=None,
            last_sign_in_at=now,
            last_active_at=now,
            updated_at=now,
        )

    @property
    def changes_with_time(self) -> bool:
        """Whether what is shown of the user depends on when it is."""
        return self.locked_until is not None or any(
            not each.is_verified for each in self.external_account_rows()
        )

    def identification_rows(self) -> list[IdentificationRow]:
        """Return the user's identifications, oldest first."""
        return _IDENTIFICATIONS.decode(self.identifications)

    def external_account_rows(self) -> list[ExternalAccountRow]:
        """Return the user's accounts at providers, oldest first."""
        return _EXTERNAL_ACCOUNTS.decode(self.external_accounts)

    def passkey_rows(self) -> list[ShownPasskeyRow]:
        """Return the user's passkeys, oldest first."""
        return _PASSKEYS.decode(self.passkeys)
