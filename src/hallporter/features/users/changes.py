"""A server changes a user."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from hallporter.contract import errors, moments
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, Identifier, Instant, Name, Word
from hallporter.core.database import Write
from hallporter.features.credentials import intake
from hallporter.features.credentials import store as credential_store
from hallporter.features.credentials.intake import GivenCredentials
from hallporter.features.events import users as user_events
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import store as identification_store
from hallporter.features.identifications.rows import IdentificationRow, IdentificationType
from hallporter.features.sessions import actions as session_actions
from hallporter.features.users import actions, creation, fields, metadata, notices, store
from hallporter.features.users.fields import OrganizationsLimit
from hallporter.features.users.metadata import GivenMetadata, Metadata
from hallporter.features.users.rows import UserRow

# Columns that take what is given as it is.
_PLAIN = (
    "external_id",
    "first_name",
    "last_name",
    "locale",
    "primary_email_address_id",
    "primary_phone_number_id",
    "delete_self_enabled",
    "create_organization_enabled",
    "create_organizations_limit",
    "bypass_client_trust",
)


class UpdateUser(GivenCredentials, frozen=True, kw_only=True):
    """What is to change; null empties a field that may be empty, and elsewhere changes nothing."""

    external_id: Name | None | UnsetType = UNSET
    first_name: Name | None | UnsetType = UNSET
    last_name: Name | None | UnsetType = UNSET
    locale: Word | None | UnsetType = UNSET
    username: Identifier | None | UnsetType = UNSET
    primary_email_address_id: Id[IdentificationId] | UnsetType = UNSET
    primary_phone_number_id: Id[IdentificationId] | UnsetType = UNSET
    primary_web3_wallet_id: Id[IdentificationId] | None = None
    profile_image_id: Id[str] | None = None
    notify_primary_email_address_changed: bool = False
    sign_out_of_other_sessions: bool = False
    public_metadata: Metadata | UnsetType = UNSET
    private_metadata: Metadata | UnsetType = UNSET
    unsafe_metadata: Metadata | UnsetType = UNSET
    delete_self_enabled: bool | UnsetType = UNSET
    create_organization_enabled: bool | UnsetType = UNSET
    create_organizations_limit: OrganizationsLimit | None | UnsetType = UNSET
    bypass_client_trust: bool | UnsetType = UNSET
    legal_accepted_at: Instant | None | UnsetType = UNSET
    skip_legal_checks: bool = False
    created_at: Instant | UnsetType = UNSET

    @property
    def metadata(self) -> GivenMetadata:
        """The metadata that requests before 2026-05-12 replace here; newer ones have none."""
        return GivenMetadata(
            public_metadata=self.public_metadata,
            private_metadata=self.private_metadata,
            unsafe_metadata=self.unsafe_metadata,
        )


async def update_user(scope: Scope, user_id: UserId, given: UpdateUser) -> None:
    """Change a user; what was checked before the write is checked again where it counts."""
    user = await store.user_by_id(scope.db, scope.instance.id, user_id)
    if user is None:
        raise errors.user.not_found()
    owned = await identification_store.identifications_of_user(scope.db, scope.instance.id, user_id)
    collector = ErrorCollector()
    _check_fields(given, collector)
    _check_identifications(scope, given, owned, collector)
    await intake.check(scope, given, collector)
    await _check_free(scope, given, user, owned, collector)
    collector.raise_any()
    password_hash = await intake.password_hash(given)
    async with scope.db.write() as tx:
        await _write(tx, scope, user_id, given)
        await _write_credentials(tx, scope, user_id, given, password_hash)
        if given.sign_out_of_other_sessions:
            await session_actions.end_all_of_user(tx, scope, user_id)
        if password_hash is not None or given.totp_secret is not None:
            await session_actions.settle(tx, scope, user_id)


def _check_fields(given: UpdateUser, collector: ErrorCollector) -> None:
    with collector.noted():
        metadata.encoded(given.metadata.fields())
    with collector.noted():
        fields.check_locale(given.locale)
    with collector.noted():
        _moments(given)
    for name in ("skip_password_checks", "sign_out_of_other_sessions"):
        if getattr(given, name) and not given.has_password:
            collector.add(errors.form.conditional_missing(param="password", given=name))
    if given.profile_image_id is not None:
        collector.add(errors.form.resource_not_found(param="profile_image_id"))


def _check_identifications(
    scope: Scope, given: UpdateUser, owned: list[IdentificationRow], collector: ErrorCollector
) -> None:
    with collector.noted():
        _check_primary(given.primary_email_address_id, "email_address", owned)
    with collector.noted():
        _check_primary(given.primary_phone_number_id, "phone_number", owned)
    with collector.noted():
        _check_primary(given.primary_web3_wallet_id or UNSET, "web3_wallet", owned)
    if given.username is not None:
        return
    if scope.instance.settings.attributes.username.required:
        collector.add(errors.form.nil(param="username"))
    elif all(each.type == "username" for each in owned):
        collector.add(errors.user.last_identification(param="username"))


def _check_primary(
    id: IdentificationId | UnsetType, type: IdentificationType, owned: list[IdentificationRow]
) -> None:
    if id is UNSET:
        return
    param = f"primary_{type}_id"
    found = next((each for each in owned if each.id == id and each.type == type), None)
    if found is None:
        raise errors.form.resource_not_found(param=param)
    if not found.is_verified:
        raise errors.form.verification_needed(param=param)


async def _check_free(
    scope: Scope,
    given: UpdateUser,
    user: UserRow,
    owned: list[IdentificationRow],
    collector: ErrorCollector,
) -> None:
    if isinstance(given.username, str):
        with collector.noted():
            same = given.username.strip().lower()
            if not any(each.canonical == same for each in owned):
                spelled = identification_actions.chosen_username(
                    scope, given.username, param="username"
                )
                await identification_actions.refuse_taken(
                    scope, "username", spelled, param="username"
                )
    if isinstance(given.external_id, str) and given.external_id != user.external_id:
        found = await store.user_id_by_external_id(scope.db, scope.instance.id, given.external_id)
        if found is not None:
            collector.add(creation.external_id_taken())


async def _write(tx: Write, scope: Scope, user_id: UserId, given: UpdateUser) -> None:
    user, owned = await actions.lock_with_identifications(tx, scope, user_id)
    collector = ErrorCollector()
    _check_identifications(scope, given, owned, collector)
    collector.raise_any()
    if not isinstance(given.username, UnsetType):
        await _set_username(tx, scope, user_id, owned, given.username)
    if given.primary_web3_wallet_id is not None:
        await identification_store.set_primary_wallet(
            tx, scope.instance.id, user_id, given.primary_web3_wallet_id
        )
    plain = {name: getattr(given, name) for name in _PLAIN}
    changes = {name: value for name, value in plain.items() if value is not UNSET}
    changed = replace(
        user,
        **changes,
        **_moments(given),
        **metadata.encoded(given.metadata.fields()),
        updated_at=scope.now,
    )
    if not await store.update_user(tx, changed):
        raise creation.external_id_taken()
    user_events.changed(tx, scope, user.id)
    if given.notify_primary_email_address_changed:
        await notices.tell_previous_primary(tx, scope, owned, user, changed)


def _moments(given: UpdateUser) -> dict[str, int | None]:
    moments_given = {"legal_accepted_at": given.legal_accepted_at, "created_at": given.created_at}
    return {
        name: None if value is None else moments.from_rfc3339(value, param=name)
        for name, value in moments_given.items()
        if not isinstance(value, UnsetType)
    }


async def _set_username(
    tx: Write,
    scope: Scope,
    user_id: UserId,
    owned: list[IdentificationRow],
    username: str | None,
) -> None:
    for each in owned:
        if each.type == "username":
            await identification_store.delete_identification(tx, scope.instance.id, each.id)
    if username is None:
        return
    row = identification_actions.new_identification(
        scope, user_id, "username", username, verified_by="admin", param="username"
    )
    await identification_actions.add(tx, row, param="username")


async def _write_credentials(
    tx: Write, scope: Scope, user_id: UserId, given: UpdateUser, password_hash: str | None
) -> None:
    instance_id, now = scope.instance.id, scope.now
    if password_hash is not None:
        await credential_store.set_password(tx, instance_id, user_id, password_hash, now)
    secret = intake.sealed_totp_secret(scope, given)
    if secret is not None:
        await credential_store.set_totp_secret(tx, instance_id, user_id, secret, now)
    code_hashes = intake.backup_code_hashes(scope, given)
    if code_hashes:
        await credential_store.set_backup_codes(tx, instance_id, user_id, code_hashes, now)
