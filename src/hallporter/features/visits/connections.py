"""From an instance's settings to its standing with a provider."""

from hallporter.contract import errors
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.delivery.oauth import providers
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.providers import PROVIDERS, Provider


def connection(scope: Scope, strategy: str) -> Connection:
    """Return the connection that `strategy` names; raises while it is not set up."""
    found = provider(scope.instance, strategy)
    settings = scope.instance.settings.social.get(strategy)
    if found is None:
        raise errors.oauth.unsupported_provider(strategy=strategy, param="strategy")
    if settings is None or not settings.enabled:
        raise errors.oauth.provider_not_enabled(strategy=strategy, param="strategy")
    if not settings.client_id or not settings.client_secret:
        raise errors.oauth.config_missing(strategy=strategy, param="strategy")
    return Connection(
        strategy=strategy,
        provider=found,
        client_id=settings.client_id,
        client_secret=Secret(scope.box.decrypt(settings.client_secret).decode()),
        additional_client_ids=tuple(settings.additional_client_ids),
        more_scopes=tuple(settings.scopes),
        tenant=settings.tenant,
        team_id=settings.team_id,
        key_id=settings.key_id,
        allows_loopback=scope.instance.is_local or scope.instance.environment_type == "development",
    )


def for_signing_in(scope: Scope, strategy: str) -> Connection:
    """Return the connection if it may sign users in and up."""
    found = connection(scope, strategy)
    if not scope.instance.settings.social[strategy].authenticatable:
        raise errors.oauth.non_authenticatable(strategy=strategy, param="strategy")
    return found


def provider(instance: Instance, strategy: str) -> Provider | None:
    """Return the provider that `strategy` means in this instance."""
    settings = instance.settings.social.get(strategy)
    if not strategy.startswith(providers.CUSTOM_PREFIX):
        known = PROVIDERS.get(strategy)
        if known is None or settings is None or not settings.base_url:
            return known
        return providers.at_own_server(known, settings.base_url)
    if settings is None or not settings.discovery_url:
        return None
    return providers.custom(settings.name or strategy, settings.discovery_url, settings.issuer)


def name(instance: Instance, strategy: str) -> str:
    """Return what the provider is called."""
    found = provider(instance, strategy)
    return strategy if found is None else found.name
