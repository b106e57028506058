"""The providers that users may come from: which there are, and what browsers are told of them."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings import Settings
from hallporter.contract.settings_rules import Subject
from hallporter.delivery.oauth.addresses import is_allowed
from hallporter.delivery.oauth.providers import CUSTOM_PREFIX, PROVIDERS


def providers(subject: Subject) -> Iterator[str]:
    """Yield which providers there are not, and which would be asked in the open."""
    for strategy, own in subject.settings.social.items():
        is_custom = strategy.startswith(CUSTOM_PREFIX)
        if not is_custom and strategy not in PROVIDERS:
            there = ", ".join(name.removeprefix("oauth_") for name in PROVIDERS)
            yield f"social.{strategy}: no provider is called that; there are custom_… and {there}."
        for name, url in (("discovery_url", own.discovery_url), ("base_url", own.base_url)):
            if url and not is_allowed(url, allows_loopback=subject.is_local):
                yield subject.wrong(
                    f"would ask {url} about its users, and only https addresses may be asked",
                    f"social.{strategy}.{name}=https://…",
                )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    return {
        "display_config": {"google_one_tap_client_id": _one_tap_client_id(instance.settings)},
        "user_settings": {"social": _social(instance.settings)},
    }


def _one_tap_client_id(settings: Settings) -> str | None:
    google = settings.social.get("oauth_google")
    if google is None or not google.enabled or not google.authenticatable:
        return None
    return google.client_id or None


def _social(settings: Settings) -> dict[str, Any]:
    """Return the providers that are switched on, as the components list them."""
    return {
        strategy: {
            "enabled": True,
            "required": False,
            "authenticatable": provider.authenticatable,
            "block_email_subaddresses": provider.block_email_subaddresses,
            "strategy": strategy,
            "not_selectable": False,
            "deprecated": False,
            "name": provider.name or _provider_name(strategy),
            # Without one the components draw the first letter of a custom provider.
            "logo_url": provider.logo_url,
        }
        for strategy, provider in sorted(settings.social.items())
        if provider.enabled
    }


def _provider_name(strategy: str) -> str:
    known = PROVIDERS.get(strategy)
    return strategy.removeprefix(CUSTOM_PREFIX) if known is None else known.name
