from collections.abc import Iterator

import pytest

from tests.house import Browser, Tenant


@pytest.fixture
def visitor(instance: Tenant) -> Iterator[Browser]:
    """A browser on the instance's own pages, which name no origin when they are opened."""
    with instance.browser(origin=None) as browser:
        yield browser
