"""A server of their own for these tests."""

from collections.abc import Iterator

import pytest

from tests.harness import Harness, running_harness


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """A server without the instances of other tests: each would be cleaned up as well."""
    with running_harness() as harness:
        yield harness
