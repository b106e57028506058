"""The tokens that providers gave for their own APIs, handed to the instance's servers."""

import msgspec
import structlog
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.delivery.oauth import exchange
from hallporter.delivery.oauth.http import ProviderError
from hallporter.delivery.oauth.identity import Tokens
from hallporter.features.external_accounts import linking
from hallporter.features.external_accounts import store as external_account_store
from hallporter.features.external_accounts.rows import ExternalAccountRow, ExternalTokensRow
from hallporter.features.users import store as user_store
from hallporter.features.visits import connections

log = structlog.get_logger()


class HeldTokens(msgspec.Struct, frozen=True):
    """An account's tokens in the clear."""

    account: ExternalAccountRow
    tokens: Tokens


async def of_user(scope: Scope, user_id: UserId, provider: str) -> list[HeldTokens]:
    """Return the tokens of a user's accounts at a provider, those that have expired renewed.

    Raises when there is none, or when one has expired and cannot be renewed.
    """
    if await user_store.user_by_id(scope.db, scope.instance.id, user_id) is None:
        raise errors.user.not_found()
    strategy = provider if provider.startswith("oauth_") else f"oauth_{provider}"
    accounts = await external_account_store.accounts_of_user(scope.db, scope.instance.id, user_id)
    held: list[HeldTokens] = []
    for account in accounts:
        if account.strategy != strategy or not account.is_verified:
            continue
        row = await external_account_store.tokens_of_account(
            scope.db, scope.instance.id, account.id
        )
        if row is not None:
            held.append(HeldTokens(account, await _current(scope, account, row)))
    if not held:
        raise errors.oauth.missing_access_token()
    return held


async def _current(scope: Scope, account: ExternalAccountRow, row: ExternalTokensRow) -> Tokens:
    tokens = _opened(scope, account, row)
    if tokens.expire_at is None or tokens.expire_at > scope.real_now:
        return tokens
    if tokens.refresh_token is None:
        raise errors.oauth.missing_refresh_token()
    connection = connections.connection(scope, account.strategy)
    try:
        renewed = await exchange.refreshed(connection, tokens.refresh_token, scope.real_now)
    except ProviderError as error:
        log.warning("token not renewed", strategy=account.strategy, reason=str(error))
        raise errors.oauth.token_exchange_failed(provider=connection.provider.name) from error
    async with scope.db.write() as tx:
        await external_account_store.set_tokens(tx, linking.tokens_row(scope, account, renewed))
    # What is not given anew stays as it was (RFC 6749 §6).
    return replace(
        renewed,
        refresh_token=renewed.refresh_token or tokens.refresh_token,
        id_token=renewed.id_token or tokens.id_token,
        scopes=renewed.scopes or tokens.scopes,
    )


def _opened(scope: Scope, account: ExternalAccountRow, row: ExternalTokensRow) -> Tokens:
    def opened(sealed: str | None) -> str | None:
        return None if sealed is None else scope.box.decrypt(sealed).decode()

    return Tokens(
        access_token=opened(row.access_token_encrypted) or "",
        refresh_token=opened(row.refresh_token_encrypted),
        id_token=opened(row.id_token_encrypted),
        expire_at=row.expire_at,
        scopes=account.approved_scopes,
    )
