"""A provider, and an instance whose users may come from there."""

from collections.abc import Iterator

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Tenant
from tests.social.browsing import STAND_IN, STRATEGY, new_name
from tests.social.provider import OpenIdProvider
from tests.social.stand_in import StandIn, standing_in


@pytest.fixture(scope="session")
def provider() -> Iterator[OpenIdProvider]:
    """One provider for all tests of a worker."""
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture
def instance(make_instance: Make, provider: OpenIdProvider) -> Tenant:
    """An instance of this test's own, connected to the provider."""
    instance = make_instance(Settings(test_mode=True))
    connect(instance, provider)
    return instance


@pytest.fixture
def stand_in(instance: Tenant) -> Iterator[StandIn]:
    """A provider that says whatever it is told to say, connected to the instance."""
    with standing_in() as stand_in:
        instance.update(**{f"social__{STAND_IN}": stand_in.settings})
        stand_in.name = new_name()
        yield stand_in


def connect(instance: Tenant, provider: OpenIdProvider, strategy: str = STRATEGY) -> None:
    """Connect an instance to a provider as an operator does."""
    client = provider.register(f"http://{instance.host}/v1/oauth_callback")
    settings = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "discovery_url": provider.discovery_url,
        "name": "Mock",
    }
    instance.update(**{f"social__{strategy}__{name}": value for name, value in settings.items()})
