"""A server of their own for these tests."""

from collections.abc import Iterator

import pytest

from tests.house import House, running_house


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A server without the instances of other tests: each would be cleaned up as well."""
    with running_house() as house:
        yield house
