"""An instance to try hostile requests on."""

from collections.abc import Iterator

import pytest

from tests.conftest import Make
from tests.contract.walk import SETTINGS
from tests.fuzz.places import Places


@pytest.fixture
def places(make_instance: Make) -> Iterator[Places]:
    """An instance that has everything switched on, and somebody in it."""
    found = Places(make_instance(SETTINGS, environment_type="development"))
    yield found
    found.close()
