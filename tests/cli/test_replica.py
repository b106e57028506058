"""Lists from a streaming replica: while it is fresh, and never at the price of an error."""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from hallporter.core.replica import MOST_SECONDS_BEHIND
from tests.cli.callers import tenant_of
from tests.cli.databases import running_database
from tests.cli.processes import Serving, new_data_dir, ready_data_dir, serving, wait_until
from tests.cli.standby import Standby, standby_of
from tests.harness import Backend, Reply

BY_REPLICA, BY_PRIMARY = "replica answers lists", "primary answers lists"
LISTS: list[tuple[str, dict[str, str], str]] = [
    ("/v1/users", {}, "from users u"),
    ("/v1/users", {"query": "ada"}, "from users u"),
    ("/v1/users", {"order_by": "email_address"}, "from identifications i"),
    ("/v1/users/count", {}, "count(*) from users"),
    ("/v1/clients", {}, "from clients"),
    ("/v1/clients", {"paginated": "true"}, "count(*) from clients"),
    ("/v1/sessions", {}, "from sessions"),
    ("/v1/sessions", {"paginated": "true"}, "count(*) from sessions"),
]


@dataclass(frozen=True)
class Replicated:
    """A server with a replica that can be stopped and started."""

    server: Serving
    standby: Standby
    backend: Backend

    @property
    def answering(self) -> list[str]:
        """Who has answered lists since the start, in turn."""
        lines = self.server.log.splitlines()
        said = [event for line in lines for event in (BY_REPLICA, BY_PRIMARY) if event in line]
        assert all(one != other for one, other in pairwise(said)), said
        return said

    def use_replica(self) -> None:
        """Start the replica and wait until it answers lists."""
        self.standby.start()
        wait_until(lambda: self.answering[-1:] == [BY_REPLICA])

    def doctor(self) -> str:
        """What `hallporter doctor` says of the replica."""
        lines = self.server.run("doctor").stdout.splitlines()
        return next(line for line in lines if line[6:].startswith("replica: "))

    def list(self, path: str = "/v1/users", **params: str) -> Reply:
        """Ask for a list."""
        return self.backend.get(path, **params).ok()


@pytest.fixture(scope="module")
def replicated() -> Generator[Replicated]:
    with (
        ready_data_dir() as data_dir,
        new_data_dir() as own,
        running_database(data_dir) as database,
        standby_of(database.dsn, data_dir) as standby,
        serving(own, DATABASE_URL=database.dsn, DATABASE_REPLICA_URL=standby.dsn) as server,
        tenant_of(server).backend() as backend,
    ):
        yield Replicated(server, standby, backend)


def test_every_list_is_the_replicas_and_no_other_read(replicated: Replicated) -> None:
    replicated.use_replica()
    user = replicated.backend.create_user()
    for path, params, words in LISTS:
        wait_until(_queried(replicated, path, params, words))
    replicated.backend.get(f"/v1/users/{user['id']}").ok()
    assert not replicated.standby.has_answered("from user_details")


def _queried(
    replicated: Replicated, path: str, params: dict[str, str], words: str
) -> Callable[[], bool]:
    def has_answered() -> bool:
        replicated.list(path, **params)
        # Once in a while the replica has been asked for its position since.
        return replicated.standby.has_answered(words)

    return has_answered


def test_a_primary_at_rest_is_no_lag(replicated: Replicated) -> None:
    replicated.use_replica()
    before = replicated.answering
    time.sleep(MOST_SECONDS_BEHIND + 1)
    assert replicated.answering == before
    assert replicated.doctor().startswith("ok")


def test_what_was_made_is_listed_after_the_longest_lag_at_most(replicated: Replicated) -> None:
    replicated.use_replica()
    replicated.standby.start(apply_after="1h")
    made = replicated.backend.create_user()
    time.sleep(MOST_SECONDS_BEHIND)
    assert made["id"] in {user["id"] for user in replicated.list().json}
    assert replicated.answering[-1] == BY_PRIMARY


def test_without_the_replica_nothing_fails(replicated: Replicated) -> None:
    replicated.use_replica()
    replicated.standby.stop()
    made = replicated.backend.create_user()
    for path, params, _ in LISTS:
        replicated.list(path, **params)
    assert made["id"] in {user["id"] for user in replicated.list().json}
    wait_until(lambda: replicated.answering[-1] == BY_PRIMARY)
    assert replicated.doctor().startswith("FAIL")
    replicated.use_replica()
    wait_until(lambda: made["id"] in {user["id"] for user in replicated.list().json})
