import pytest

from hallporter.contract.hosts import is_local, is_loopback


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


def test_what_is_longer_than_any_name_is_nobodys():
    # And is not remembered: strangers choose the hosts that they name.
    long = "x" * 10_000 + ".localhost"
    assert not is_loopback(long)
    assert not is_local(f"{long}:4100")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("clerk.localhost:4100", True),
        ("[::1]:4100", True),
        ("localhost:80@example.com", False),
        ("localhost:80, example.com", False),
        ("[::1]example.com", False),
    ],
)
def test_a_local_host_is_a_name_and_a_port(host: str, expected: bool):
    assert is_local(host) is expected
