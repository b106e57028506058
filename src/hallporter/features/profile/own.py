"""What users change of themselves, as far as the instance's settings let them."""

import msgspec
from msgspec import UNSET, UnsetType

from hallporter.contract import errors
from hallporter.contract.callers import SignedIn
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, Identifier, Name
from hallporter.features.profile.credentials.own_factors import own_user
from hallporter.features.profile.identifiers.own_identifiers import refuse_immutable
from hallporter.features.sessions import recency
from hallporter.features.users import actions as user_actions
from hallporter.features.users import changes, metadata
from hallporter.features.users import store as user_store
from hallporter.features.users.changes import UpdateUser
from hallporter.features.users.metadata import GivenMetadata, Metadata

_ATTRIBUTES = ("username", "first_name", "last_name")


class UpdateOwnUser(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; null empties a name, and changes nothing elsewhere."""

    username: Identifier | None | UnsetType = UNSET
    first_name: Name | None | UnsetType = UNSET
    last_name: Name | None | UnsetType = UNSET
    primary_email_address_id: Id[IdentificationId] | None = None
    primary_phone_number_id: Id[IdentificationId] | None = None
    primary_web3_wallet_id: Id[IdentificationId] | None = None
    unsafe_metadata: Metadata | UnsetType = UNSET


class OwnMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """The one object of metadata that users may write themselves."""

    unsafe_metadata: Metadata


async def update(scope: Scope, caller: SignedIn, given: UpdateOwnUser) -> None:
    """Change a user on the user's own word."""
    collector = ErrorCollector()
    _check_attributes(scope, given, collector)
    collector.raise_any()
    await _refuse_immutable(scope, caller, given)
    if _changes_identifiers(scope, given):
        await recency.refuse_stale(scope, caller)
    await changes.update_user(scope, caller.user_id, _as_by_server(given))


async def _refuse_immutable(scope: Scope, caller: SignedIn, given: UpdateOwnUser) -> None:
    attributes = scope.instance.settings.attributes
    fixed = [name for name in _ATTRIBUTES if getattr(attributes, name).immutable]
    if not any(getattr(given, name) is not UNSET for name in fixed):
        return
    user = await own_user(scope, caller)
    owned = {each.type: each.identifier for each in user.identification_rows()}
    current = {
        "username": owned.get("username"),
        "first_name": user.first_name,
        "last_name": user.last_name,
    }
    # The components send every name field, also those that stay as they are.
    for name in fixed:
        if getattr(given, name) not in (UNSET, current[name]):
            refuse_immutable(scope, name)


def _changes_identifiers(scope: Scope, given: UpdateOwnUser) -> bool:
    if (
        given.primary_email_address_id
        or given.primary_phone_number_id
        or given.primary_web3_wallet_id
    ):
        return True
    return given.username is not UNSET and scope.instance.settings.attributes.username.enabled


def _check_attributes(scope: Scope, given: UpdateOwnUser, collector: ErrorCollector) -> None:
    attributes = scope.instance.settings.attributes
    for name in _ATTRIBUTES:
        value, attribute = getattr(given, name), getattr(attributes, name)
        if value is UNSET:
            continue
        # The components send every name field, also an empty one that the instance does not have.
        if not attribute.enabled and value is not None:
            collector.add(errors.form.not_enabled(param=name))
        elif attribute.enabled and attribute.required and not value:
            collector.add(errors.form.nil(param=name))


def _as_by_server(given: UpdateOwnUser) -> UpdateUser:
    return UpdateUser(
        username=given.username,
        first_name=given.first_name,
        last_name=given.last_name,
        primary_email_address_id=given.primary_email_address_id or UNSET,
        primary_phone_number_id=given.primary_phone_number_id or UNSET,
        primary_web3_wallet_id=given.primary_web3_wallet_id or None,
        notify_primary_email_address_changed=True,
        unsafe_metadata=given.unsafe_metadata,
    )


async def delete(scope: Scope, user_id: UserId) -> None:
    """Delete a user on the user's own word, where instance and user allow it."""
    user = await user_store.user_by_id(scope.db, scope.instance.id, user_id)
    if user is None or not (user.delete_self_enabled and scope.instance.settings.delete_self):
        raise errors.user.delete_self_not_enabled()
    await user_actions.delete_user(scope, user_id)


async def update_metadata(scope: Scope, user_id: UserId, given: OwnMetadata) -> None:
    """Merge into the metadata that is the user's own to write."""
    await metadata.update_metadata(
        scope, user_id, GivenMetadata(unsafe_metadata=given.unsafe_metadata)
    )
