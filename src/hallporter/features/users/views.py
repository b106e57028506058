"""Users as the outside sees them."""

from typing import Any

import msgspec

from hallporter.contract.ids import IdentificationId, ProfileImageId, UserId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.contract.scope import Scope
from hallporter.features.external_accounts import views as external_account_views
from hallporter.features.external_accounts.rows import ExternalAccountRow
from hallporter.features.external_accounts.views import ExternalAccount
from hallporter.features.identifications import views as identification_views
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.identifications.views import EmailAddress, PhoneNumber, Web3Wallet
from hallporter.features.passkeys import views as passkey_views
from hallporter.features.passkeys.views import Passkey
from hallporter.features.users import portraits
from hallporter.features.users.rows import UserDetailsRow


class UserFields(WireObject, frozen=True, tag="user"):
    """The fields of a user in both APIs."""

    id: UserId
    external_id: str | None
    primary_email_address_id: IdentificationId | None
    primary_phone_number_id: IdentificationId | None
    primary_web3_wallet_id: IdentificationId | None
    username: str | None
    first_name: str | None
    last_name: str | None
    profile_image_url: str
    image_url: str
    has_image: bool
    public_metadata: Opaque
    unsafe_metadata: Opaque
    email_addresses: list[EmailAddress]
    phone_numbers: list[PhoneNumber]
    web3_wallets: list[Web3Wallet]
    passkeys: list[Passkey]
    password_enabled: bool
    two_factor_enabled: bool
    totp_enabled: bool
    backup_code_enabled: bool
    mfa_enabled_at: Moment | None
    mfa_disabled_at: Moment | None
    password_last_updated_at: Moment | None
    external_accounts: list[ExternalAccount]
    enterprise_accounts: list[dict[str, Any]]
    saml_accounts: list[dict[str, Any]]
    organization_memberships: list[dict[str, Any]]
    last_sign_in_at: Moment | None
    banned: bool
    locked: bool
    lockout_expires_in_seconds: int | None
    verification_attempts_remaining: int | None
    delete_self_enabled: bool
    create_organization_enabled: bool
    last_active_at: Moment | None
    legal_accepted_at: Moment | None
    created_at: Moment
    updated_at: Moment


class User(UserFields, frozen=True, tag="user"):
    """A user as a browser sees its own."""


class BackendUser(UserFields, frozen=True, tag="user"):
    """A user as a server sees it."""

    locale: str | None
    private_metadata: Opaque
    create_organizations_limit: int | None
    bypass_client_trust: bool


class PublicUserData(msgspec.Struct, frozen=True):
    """What other users may know."""

    first_name: str | None
    last_name: str | None
    image_url: str
    has_image: bool
    identifier: str
    profile_image_url: str
    user_id: UserId
    username: str | None
    banned: bool


class ProfileImage(WireObject, frozen=True, tag="image"):
    """A user's picture, and where it is."""

    id: ProfileImageId
    name: str
    public_url: str


def profile_image(id: ProfileImageId, scope: Scope) -> ProfileImage:
    """Return a picture that was just uploaded."""
    return ProfileImage(id=id, name=id, public_url=portraits.url(scope, id))


def user(row: UserDetailsRow, scope: Scope) -> User:
    """Return the user for the Frontend API."""
    fields = _fields(row, scope)
    fields["delete_self_enabled"] &= scope.instance.settings.delete_self
    return User(**fields)


def backend_user(row: UserDetailsRow, scope: Scope) -> BackendUser:
    """Return the user for the Backend API."""
    return BackendUser(
        **_fields(row, scope),
        locale=row.locale,
        private_metadata=row.private_metadata,
        create_organizations_limit=row.create_organizations_limit,
        bypass_client_trust=row.bypass_client_trust,
    )


class Shown(msgspec.Struct, frozen=True):
    """A user as their browser sees them, and what of it others may know."""

    user: User
    public: PublicUserData


def shown(row: UserDetailsRow, scope: Scope) -> Shown:
    """Return the user and their public part."""
    found = user(row, scope)
    return Shown(found, public_user_data(found))


def public_user_data(of: User) -> PublicUserData:
    """Return the public part of a user."""
    return PublicUserData(
        first_name=of.first_name,
        last_name=of.last_name,
        image_url=of.image_url,
        has_image=of.has_image,
        identifier=_recognised_by(of),
        profile_image_url=of.profile_image_url,
        user_id=of.id,
        username=of.username,
        banned=of.banned,
    )


def _recognised_by(of: User) -> str:
    """Return the identifier that names a user: an address, username, number or wallet.

    It is the primary one, or the only one. @clerk/ui gives it to the browser's password manager.
    """
    for each in of.email_addresses:
        if each.id == of.primary_email_address_id:
            return each.email_address
    if of.username:
        return of.username
    for number in of.phone_numbers:
        if number.id == of.primary_phone_number_id:
            return number.phone_number
    for wallet in of.web3_wallets:
        if wallet.id == of.primary_web3_wallet_id:
            return wallet.web3_wallet
    unproved = [
        *(each.email_address for each in of.email_addresses),
        *(each.phone_number for each in of.phone_numbers),
        *(each.web3_wallet for each in of.web3_wallets),
    ]
    return unproved[0] if unproved else ""


def _fields(row: UserDetailsRow, scope: Scope) -> dict[str, Any]:
    now = scope.now
    picture = None if row.profile_image_id is None else portraits.url(scope, row.profile_image_id)
    accounts, registered = row.external_account_rows(), row.passkey_rows()
    is_locked = row.is_locked(now)
    # Whoever was locked out until now begins anew.
    failed = 0 if row.locked_until else row.failed_attempts
    most = scope.instance.settings.lockout.max_attempts
    owned = _owned(row.identification_rows(), accounts)
    return {
        "id": row.id,
        "external_id": row.external_id,
        "primary_email_address_id": row.primary_email_address_id,
        "primary_phone_number_id": row.primary_phone_number_id,
        "primary_web3_wallet_id": owned.primary_web3_wallet_id,
        "username": owned.username,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "profile_image_url": picture or "",
        "image_url": portraits.shown(scope, row),
        "has_image": picture is not None,
        "public_metadata": row.public_metadata,
        "unsafe_metadata": row.unsafe_metadata,
        "email_addresses": owned.email_addresses,
        "phone_numbers": owned.phone_numbers,
        "web3_wallets": owned.web3_wallets,
        "passkeys": [passkey_views.passkey(each) for each in registered],
        "password_enabled": row.password_enabled,
        "two_factor_enabled": row.totp_enabled or owned.has_second_factor,
        "totp_enabled": row.totp_enabled,
        "backup_code_enabled": row.backup_code_enabled,
        "mfa_enabled_at": row.mfa_enabled_at,
        "mfa_disabled_at": row.mfa_disabled_at,
        "password_last_updated_at": row.password_last_updated_at,
        "external_accounts": [
            external_account_views.external_account(each, now) for each in accounts
        ],
        "enterprise_accounts": [],
        "saml_accounts": [],
        "organization_memberships": [],
        "last_sign_in_at": row.last_sign_in_at,
        "banned": row.banned,
        "locked": is_locked,
        "lockout_expires_in_seconds": _seconds_until(row.locked_until, now) if is_locked else None,
        "verification_attempts_remaining": 0 if is_locked else max(0, most - failed),
        "delete_self_enabled": row.delete_self_enabled,
        "create_organization_enabled": row.create_organization_enabled,
        "last_active_at": row.last_active_at,
        "legal_accepted_at": row.legal_accepted_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


class _Owned(msgspec.Struct):
    """What a user is recognised by, each kind for itself."""

    email_addresses: list[EmailAddress] = []
    phone_numbers: list[PhoneNumber] = []
    web3_wallets: list[Web3Wallet] = []
    primary_web3_wallet_id: IdentificationId | None = None
    username: str | None = None
    has_second_factor: bool = False


def _owned(rows: list[IdentificationRow], accounts: list[ExternalAccountRow]) -> _Owned:
    found = _Owned()
    for each in rows:
        match each.type:
            case "email_address":
                linked_to = external_account_views.links(accounts, each) if accounts else ()
                found.email_addresses.append(identification_views.email_address(each, linked_to))
            case "phone_number":
                found.phone_numbers.append(identification_views.phone_number(each))
                found.has_second_factor |= each.is_second_factor
            case "web3_wallet":
                found.web3_wallets.append(identification_views.web3_wallet(each))
                if each.is_primary:
                    found.primary_web3_wallet_id = each.id
            case "username":
                found.username = each.identifier
    return found


def _seconds_until(moment: int | None, now: int) -> int | None:
    return None if moment is None else max(0, -(-(moment - now) // 1000))
