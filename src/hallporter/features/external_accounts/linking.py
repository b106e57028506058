"""Find the user of an external account, link it, and keep it up to date."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity, Tokens
from hallporter.features.external_accounts import store
from hallporter.features.external_accounts.rows import ExternalAccountRow, ExternalTokensRow
from hallporter.features.identifications import canonical
from hallporter.features.identifications import store as identification_store
from hallporter.features.visits import connections

_NULL = msgspec.Raw(b"null")
_EMPTY = msgspec.Raw(b"{}")


class Owner(msgspec.Struct, frozen=True):
    """The user of an identity; `account` is None if it is not linked yet."""

    user_id: UserId
    account: ExternalAccountRow | None


async def owner_of(scope: Scope, identity: Identity) -> Owner | None:
    """Return the user of an identity.

    It is found by issuer and subject, else by its email address. The address counts only if the
    provider has verified it *and* the user has proved it here. With only one of the two, somebody
    could get into an account that another person prepared.
    """
    account = await store.account_by_subject(
        scope.db, scope.instance.id, identity.issuer, identity.subject
    )
    if account is not None:
        return Owner(account.user_id, account)
    address = proved_address(identity)
    if address is None:
        return None
    found = await identification_store.owned_identification(
        scope.db, scope.instance.id, "email_address", address
    )
    return Owner(found.user_id, None) if found is not None and found.is_verified else None


def address_of(identity: Identity) -> str | None:
    """Return the canonical form of the provider's address, if it sends a valid one."""
    if identity.email_address is None:
        return None
    try:
        return canonical.email_address(identity.email_address, param="email_address")
    except ApiError:
        # What we would not take from a form we do not take from a provider either.
        return None


def proved_address(identity: Identity) -> str | None:
    """Return the provider's address if the provider has verified it."""
    return address_of(identity) if identity.email_address_verified else None


async def attach(
    tx: Write, scope: Scope, user_id: UserId, strategy: str, identity: Identity
) -> ExternalAccountRow:
    """Link an account to a user; raises `external_account_exists` when another user has it."""
    row = account(scope, user_id, strategy, identity)
    if not await store.insert_account(tx, row):
        raise exists(scope, strategy)
    await _keep_tokens(tx, scope, row, identity.tokens)
    return row


async def refresh(tx: Write, scope: Scope, known: ExternalAccountRow, identity: Identity) -> None:
    """Store the provider's current claims about an account, and its newest tokens."""
    current = account(scope, known.user_id, known.strategy, identity)
    kept = identity.tokens is None or not identity.tokens.scopes
    await store.refresh_account(
        tx,
        replace(
            current,
            id=known.id,
            approved_scopes=known.approved_scopes if kept else current.approved_scopes,
        ),
    )
    await _keep_tokens(tx, scope, known, identity.tokens)


async def refreshed(tx: Write, scope: Scope, identity: Identity, owner: Owner) -> ApiError | None:
    """Store the provider's current claims about a linked account. It returns no error."""
    if owner.account is not None:
        await refresh(tx, scope, owner.account, identity)
    return None


def exists(scope: Scope, strategy: str) -> ApiError:
    """Return the error for an account that a user has already."""
    return errors.oauth.account_exists(provider=connections.name(scope.instance, strategy))


def missing(scope: Scope, strategy: str) -> ApiError:
    """Return the error for an account that no user has."""
    return errors.oauth.account_not_found(provider=connections.name(scope.instance, strategy))


def account(scope: Scope, user_id: UserId, strategy: str, identity: Identity) -> ExternalAccountRow:
    """Return the row of an account that a provider has confirmed."""
    return ExternalAccountRow(
        id=ids.EXTERNAL_ACCOUNT.new(scope.now),
        instance_id=scope.instance.id,
        user_id=user_id,
        identification_id=ids.IDENTIFICATION.new(scope.now),
        strategy=strategy,
        status="verified",
        error=_NULL,
        issuer=identity.issuer,
        provider_user_id=identity.subject,
        approved_scopes="" if identity.tokens is None else identity.tokens.scopes,
        email_address=identity.email_address or "",
        email_address_verified=identity.email_address_verified if identity.email_address else None,
        first_name=identity.first_name or "",
        last_name=identity.last_name or "",
        username=identity.username,
        image_url=identity.image_url,
        label=None,
        public_metadata=_EMPTY,
        expire_at=None,
        created_at=scope.now,
        updated_at=scope.now,
    )


async def _keep_tokens(
    tx: Write, scope: Scope, row: ExternalAccountRow, tokens: Tokens | None
) -> None:
    if tokens is not None:
        await store.set_tokens(tx, tokens_row(scope, row, tokens))


def tokens_row(scope: Scope, row: ExternalAccountRow, tokens: Tokens) -> ExternalTokensRow:
    """Return tokens as they are kept: sealed."""

    def sealed(text: str | None) -> str | None:
        return None if text is None else scope.box.encrypt(text)

    return ExternalTokensRow(
        external_account_id=row.id,
        instance_id=scope.instance.id,
        access_token_encrypted=scope.box.encrypt(tokens.access_token),
        refresh_token_encrypted=sealed(tokens.refresh_token),
        id_token_encrypted=sealed(tokens.id_token),
        expire_at=tokens.expire_at,
        updated_at=scope.now,
    )
