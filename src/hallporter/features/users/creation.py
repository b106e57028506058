"""Create a user with all identifications, in one write."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.credentials import store as credential_store
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.events import users as user_events
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications.rows import IdentificationRow, IdentificationType
from hallporter.features.users import store
from hallporter.features.users.rows import UserRow

_EMPTY = msgspec.Raw(b"{}")


class NewIdentification(msgspec.Struct, frozen=True):
    """An identifier of the new user; `verified_by` is the strategy that proved it, and what is
    reserved is held for the user until then."""

    type: IdentificationType
    identifier: str
    verified_by: str | None
    is_reserved: bool = False


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is made from; hashes and secrets are made already."""

    identifications: list[NewIdentification]
    external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    locale: str | None = None
    password_hash: str | None = None
    totp_secret_encrypted: str | None = None
    backup_code_hashes: list[str] = []
    public_metadata: msgspec.Raw = _EMPTY
    private_metadata: msgspec.Raw = _EMPTY
    unsafe_metadata: msgspec.Raw = _EMPTY
    banned: bool = False
    locked_until: int | None = None
    delete_self_enabled: bool = True
    create_organization_enabled: bool = True
    create_organizations_limit: int | None = None
    bypass_client_trust: bool = False
    legal_accepted_at: int | None = None
    last_sign_in_at: int | None = None
    created_at: int | None = None


async def create(tx: Write, scope: Scope, new: NewUser) -> UserId:
    """Store a user; raises `form_identifier_exists` when another user has an identifier.

    That holds also if the other request runs at the same moment.
    """
    user_id = ids.USER.new(scope.now)
    owned = [
        identification_actions.new_identification(
            scope,
            user_id,
            each.type,
            each.identifier,
            verified_by=each.verified_by,
            param=each.type,
            is_reserved=each.is_reserved,
        )
        for each in new.identifications
    ]
    wallet = _first(owned, "web3_wallet")
    owned = [replace(each, is_primary=each.id == wallet) for each in owned]
    if not await store.insert_user(tx, _row(scope, user_id, new, owned)):
        raise external_id_taken()
    for each in owned:
        await identification_actions.add(tx, each, param=each.type)
    await credential_store.upsert_credentials(tx, _credentials(scope, user_id, new))
    user_events.created(tx, scope, user_id)
    return user_id


def external_id_taken() -> ApiError:
    """Return the error that says that another user has this external id."""
    return errors.form.identifier_exists(param="external_id", kind="external id")


def _row(scope: Scope, user_id: UserId, new: NewUser, owned: list[IdentificationRow]) -> UserRow:
    return UserRow(
        id=user_id,
        instance_id=scope.instance.id,
        external_id=new.external_id,
        first_name=new.first_name,
        last_name=new.last_name,
        locale=new.locale,
        primary_email_address_id=_first(owned, "email_address"),
        primary_phone_number_id=_first(owned, "phone_number"),
        public_metadata=new.public_metadata,
        private_metadata=new.private_metadata,
        unsafe_metadata=new.unsafe_metadata,
        banned=new.banned,
        failed_attempts=0,
        locked_until=new.locked_until,
        delete_self_enabled=new.delete_self_enabled,
        create_organization_enabled=new.create_organization_enabled,
        create_organizations_limit=new.create_organizations_limit,
        bypass_client_trust=new.bypass_client_trust,
        legal_accepted_at=new.legal_accepted_at,
        last_sign_in_at=new.last_sign_in_at,
        last_active_at=new.last_sign_in_at,
        created_at=scope.now if new.created_at is None else new.created_at,
        updated_at=scope.now,
    )


def _credentials(scope: Scope, user_id: UserId, new: NewUser) -> CredentialsRow:
    return CredentialsRow(
        user_id=user_id,
        instance_id=scope.instance.id,
        password_hash=new.password_hash,
        password_updated_at=None if new.password_hash is None else scope.now,
        totp_secret_encrypted=new.totp_secret_encrypted,
        totp_last_step=None,
        backup_code_hashes=new.backup_code_hashes,
        mfa_enabled_at=None if new.totp_secret_encrypted is None else scope.now,
        mfa_disabled_at=None,
        updated_at=scope.now,
        pending_totp_secret_encrypted=None,
        password_compromised_at=None,
        proofs_void_at=None,
    )


def _first(owned: list[IdentificationRow], type: IdentificationType) -> IdentificationId | None:
    """Return the first identification of a type that is the user's own: the primary one."""
    return next((each.id for each in owned if each.type == type and each.is_owned), None)
