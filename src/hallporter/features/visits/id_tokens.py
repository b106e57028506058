"""Id tokens that a native app, or a provider's own button, received from the provider."""

from collections.abc import Callable

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.delivery.oauth import exchange
from hallporter.delivery.oauth.http import ProviderError, UnreadableUserError
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.visits import actions, connections


async def identity_of(
    scope: Scope, provider: str, token: Secret | None, invalid: Callable[[str], ApiError]
) -> Identity:
    """Return the identity in an id token of `provider`, a strategy.

    Raises unless the token was issued to one of our clients. `invalid` makes the error from the
    provider's name.
    """
    if token is None or not token:
        raise errors.form.missing(param="token")
    connection = connections.for_signing_in(scope, provider)
    try:
        return await exchange.identity_of(connection, token, scope.real_now)
    except UnreadableUserError as error:
        raise invalid(connection.provider.name) from error
    except ProviderError as failed:
        raise actions.unreachable(scope, connection.strategy, failed) from failed
