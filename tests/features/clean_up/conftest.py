"""A server of their own for these tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House, running_house


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A server without the instances of other tests: each would be cleaned up as well."""
    with (
        tempfile.TemporaryDirectory(prefix="hallporter-test-") as folder,
        running_house(Path(folder)) as house,
    ):
        yield house
