"""Backend API endpoints of a user's external accounts."""

from msgspec import UNSET, UnsetType

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import ExternalAccountId, UserId
from hallporter.contract.objects import Deleted, Moment, Opaque, Page, WireObject
from hallporter.contract.scope import Scope
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.profile.external_accounts import access_tokens, connecting
from hallporter.features.profile.external_accounts.access_tokens import HeldTokens


class OAuthAccessToken(WireObject, frozen=True, tag="oauth_access_token"):
    """What a provider gave for its own API."""

    external_account_id: ExternalAccountId
    provider_user_id: str
    token: str
    expires_at: Moment | None
    provider: str
    public_metadata: Opaque
    label: str | None
    scopes: list[str]
    id_token: str | UnsetType


@backend.delete("/v1/users/{user_id}/external_accounts/{external_account_id}")
async def delete_external_account(
    scope: Scope, caller: SecretKey, user_id: UserId, external_account_id: ExternalAccountId
) -> Deleted:
    """Take an account from a user."""
    await connecting.delete(scope, user_id, external_account_id)
    return Deleted("external_account", external_account_id)


@backend.get("/v1/users/{user_id}/oauth_access_tokens/{provider}")
async def get_oauth_access_token(
    scope: Scope, caller: SecretKey, user_id: UserId, provider: str, query: ListQuery
) -> list[OAuthAccessToken] | Page[OAuthAccessToken]:
    """Return the tokens of a user's accounts at a provider."""
    held = await access_tokens.of_user(scope, user_id, provider)
    page = held[query.offset : query.offset + query.size]
    listed = [_object(each) for each in page]
    return Page(listed, len(held)) if query.paginated else listed


def _object(held: HeldTokens) -> OAuthAccessToken:
    account, tokens = held.account, held.tokens
    return OAuthAccessToken(
        external_account_id=account.id,
        provider_user_id=account.provider_user_id,
        token=tokens.access_token,
        expires_at=tokens.expire_at,
        provider=account.strategy,
        public_metadata=account.public_metadata,
        label=account.label,
        scopes=tokens.scopes.split(),
        id_token=UNSET if tokens.id_token is None else tokens.id_token,
    )
