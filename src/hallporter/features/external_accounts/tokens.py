"""Id tokens that a native app, or Google's own button, received from the provider."""

from hallporter.contract import errors
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.delivery.oauth import exchange
from hallporter.delivery.oauth.http import ProviderError, UnreadableUserError
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.external_accounts import connections, visits

ONE_TAP = "google_one_tap"
_TOKEN = "oauth_token_"


def is_token_strategy(strategy: str | None) -> bool:
    """Tell whether a strategy brings an id token along."""
    return strategy == ONE_TAP or (strategy or "").startswith(_TOKEN)


def provider_strategy(strategy: str) -> str:
    """Return the strategy of the provider whose token it is."""
    if strategy == ONE_TAP:
        return "oauth_google"
    return f"oauth_{strategy.removeprefix(_TOKEN)}"


async def identity_of(scope: Scope, strategy: str, token: Secret | None) -> Identity:
    """Return whom an id token is about; raises unless it was given to one of our clients."""
    if token is None or not token:
        raise errors.form.missing(param="token")
    connection = connections.for_signing_in(scope, provider_strategy(strategy))
    try:
        return await exchange.identity_of(connection, token, scope.real_now)
    except UnreadableUserError as refused:
        raise _invalid(connection.provider.name, strategy) from refused
    except ProviderError as failed:
        raise visits.unreachable(scope, connection.strategy, failed) from failed


def _invalid(provider: str, strategy: str) -> ApiError:
    if strategy == ONE_TAP:
        return errors.oauth.google_one_tap_token_invalid(param="token")
    return errors.oauth.token_invalid(provider=provider, param="token")
