import pytest

from hallporter.contract.hosts import is_loopback


@pytest.mark.parametrize(
    "name", ["localhost", "clerk.localhost", "LocalHost", "127.0.0.1", "127.8.9.10", "::1", "[::1]"]
)
def test_these_names_mean_this_machine(name: str):
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name",
    ["", "127.0.0.1.example.com", "127.example.com", "notlocalhost", "localhost.example.com"],
)
def test_a_name_that_only_begins_like_this_machine_is_somebody_elses(name: str):
    assert not is_loopback(name)
