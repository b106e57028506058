"""Finding who an identifier belongs to, and giving users new ones."""

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.identifications import canonical, store
from hallporter.features.identifications.rows import IdentificationRow, IdentificationType

_WORDS = {
    "email_address": "email address",
    "phone_number": "phone number",
    "username": "username",
    "web3_wallet": "wallet",
}


def chosen_username(scope: Scope, given: str, *, param: str) -> str:
    """Return a username in its canonical form; raises unless users may choose such a one."""
    wanted = scope.instance.settings.username
    spelled = canonical.username(
        given, param=param, min_length=wanted.min_length, max_length=wanted.max_length
    )
    refuse_extended_username(scope, spelled, param=param)
    return spelled


def refuse_extended_username(scope: Scope, spelled: str, *, param: str) -> None:
    """Raise for characters that the instance allows in no username."""
    if scope.instance.settings.username.allow_extended_special_characters:
        return
    if not canonical.is_plain_username(spelled):
        raise errors.form.username_character_invalid(param=param)


async def refuse_taken(scope: Scope, type: IdentificationType, spelled: str, *, param: str) -> None:
    """Raise `form_identifier_exists` if a user owns this identifier."""
    if await store.owned_identification(scope.db, scope.instance.id, type, spelled) is not None:
        raise taken(type, param=param)


async def refuse_claimed(
    scope: Scope, type: IdentificationType, spelled: str, *, param: str
) -> None:
    """Raise as `refuse_taken` does, unless enumeration protection is on.

    For usernames it always raises: they cannot be verified by a message.
    """
    if type == "username" or not scope.instance.settings.enumeration_protection:
        await refuse_taken(scope, type, spelled, param=param)


async def refuse_subaddress(scope: Scope, spelled: str, *, param: str) -> None:
    """Raise for a subaddress, where the instance blocks them.

    An address with other dots at Gmail counts as one if the same mailbox has an account already
    (Clerk, "Block email subaddresses"). With enumeration protection on, that is not checked.
    """
    settings = scope.instance.settings
    if not settings.restrictions.block_email_subaddresses:
        return
    if settings.test_mode and canonical.is_test_address(spelled):
        return
    if canonical.is_subaddress(spelled):
        raise errors.sign_up.subaddress_blocked(param=param)
    undotted = canonical.undotted(spelled)
    if undotted != spelled:
        await refuse_claimed(scope, "email_address", undotted, param=param)


async def is_hidden_from(
    scope: Scope, user_id: UserId | None, type: IdentificationType, spelled: str
) -> bool:
    """Tell whether another user owns an identifier, where replies must not reveal that.

    The sender is then asked for a code that was never sent.
    """
    if not scope.instance.settings.enumeration_protection:
        return False
    found = await store.owned_identification(scope.db, scope.instance.id, type, spelled)
    return found is not None and found.user_id != user_id


def taken(type: IdentificationType, *, param: str) -> ApiError:
    """Return the error for an identifier that another user has."""
    return errors.form.identifier_exists(param=param, kind=_WORDS[type])


def new_identification(
    scope: Scope,
    user_id: UserId,
    type: IdentificationType,
    identifier: str,
    *,
    verified_by: str | None,
    param: str,
    is_reserved: bool = False,
) -> IdentificationRow:
    """Return a row that gives a user an identifier; `verified_by` is what proved it, if it is."""
    return IdentificationRow(
        id=ids.IDENTIFICATION.new(scope.now),
        instance_id=scope.instance.id,
        user_id=user_id,
        type=type,
        identifier=canonical.shown(type, identifier),
        canonical=canonical.of_type(type, identifier, param=param),
        status="reserved" if is_reserved else "unverified" if verified_by is None else "verified",
        strategy=verified_by,
        attempts=None,
        expire_at=None,
        created_at=scope.now,
        updated_at=scope.now,
        verification_id=None,
        reserved_for_second_factor=False,
        default_second_factor=False,
        is_primary=False,
    )


async def add(tx: Write, row: IdentificationRow, *, param: str) -> None:
    """Store `row`; raises if another user has proved its identifier, also at this moment."""
    if not await store.insert_identification(tx, row):
        raise taken(row.type, param=param)
