"""Backend API endpoints of sign-in tokens."""

import msgspec

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import SignInTokenId, UserId
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge.operation import backend
from hallporter.features.clients import addresses
from hallporter.features.sign_in_tokens import actions
from hallporter.features.sign_in_tokens.actions import CreateSignInToken
from hallporter.features.sign_in_tokens.rows import SignInTokenRow


class SignInToken(WireObject, frozen=True, tag="sign_in_token"):
    """A sign-in token. Its value is shown once, when it is created."""

    id: SignInTokenId
    status: str
    user_id: UserId
    token: str | msgspec.UnsetType
    url: str | None
    created_at: Moment
    updated_at: Moment


@backend.post("/v1/sign_in_tokens")
async def create_sign_in_token(
    scope: Scope, caller: SecretKey, given: CreateSignInToken
) -> SignInToken:
    """Make a ticket that signs a user in once."""
    row, ticket = await actions.create(scope, given)
    return _object(scope, row, ticket)


@backend.post("/v1/sign_in_tokens/{sign_in_token_id}/revoke")
async def revoke_sign_in_token(
    scope: Scope, caller: SecretKey, sign_in_token_id: SignInTokenId
) -> SignInToken:
    """Take back a ticket."""
    return _object(scope, await actions.revoke(scope, sign_in_token_id), None)


def _object(scope: Scope, row: SignInTokenRow, ticket: Secret | None) -> SignInToken:
    return SignInToken(
        id=row.id,
        status=row.status,
        user_id=row.user_id,
        token=msgspec.UNSET if ticket is None else ticket.reveal(),
        url=None if ticket is None else addresses.of_ticket(scope, ticket),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
