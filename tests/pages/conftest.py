from collections.abc import Iterator

import pytest

from tests.harness import Browser, Tenant


@pytest.fixture
def page_browser(instance: Tenant) -> Iterator[Browser]:
    """A browser on the instance's own pages, which send no Origin header when they are opened."""
    with instance.browser(origin=None) as browser:
        yield browser
