"""The release before this one is upgraded while people sign in: `docs/operating/upgrade.md`."""

import itertools
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import releases
from tests.cli.callers import Caller, mint, tenant_of, turn_to
from tests.cli.databases import new_database
from tests.cli.processes import Serving, hallporter, new_data_dir, serving
from tests.cli.steady_load import steady_load, wrong
from tests.harness import PASSWORD, Account, Backend, Browser, Tenant, new_address

_LEAST_OF_EACH = 20


@dataclass
class Balanced:
    """Servers on one database, each request to the next of them: no stickiness, no second try."""

    own: Path
    dsn: str
    running: list[Serving] = field(default_factory=list[Serving])
    started: ExitStack = field(default_factory=ExitStack)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)

    def start(self, *arguments: str, release: str = "") -> Serving:
        """Start one more, of this release or another, which gets its share once it answers."""
        opened = serving(self.own, *arguments, DATABASE_URL=self.dsn, PYTHONPATH=release)
        server = self.started.enter_context(opened)
        self.running.append(server)
        return server

    def end(self, server: Serving) -> None:
        """Give a server nothing more, and stop it: what is in flight it finishes."""
        self.running.remove(server)
        assert server.stop() == 0
        assert "Traceback" not in server.log

    def next_for(self, caller: Caller) -> None:
        """Let a caller talk to the server whose turn it is."""
        running = self.running
        turn_to(running[next(self.turns) % len(running)], caller)


@dataclass
class App:
    """Somebody's application: its server, a browser that is signed in, and new visitors."""

    balanced: Balanced
    tenant: Tenant
    backend: Backend
    browser: Browser
    account: Account

    def mints(self) -> str | None:
        """Mint a token as a page does each minute, and verify it as an app's server does."""
        self.balanced.next_for(self.browser)
        minted = mint(self.browser, self.account.session_id)
        if minted.status != 200:
            return wrong(minted)
        return self._backend("POST", "/v1/clients/verify", json={"token": minted.json["jwt"]})

    def lists(self) -> str | None:
        """List users."""
        return self._backend("GET", "/v1/users", params={"limit": 5})

    def makes_users(self) -> str | None:
        """Make a user."""
        given = {"email_address": [new_address()], "password": PASSWORD}
        return self._backend("POST", "/v1/users", json=given)

    def signs_in(self) -> str | None:
        """Sign in by password in a new browser, read the client, and sign out."""
        address = self.account.email_address
        given = {"strategy": "password", "identifier": address, "password": PASSWORD}
        return self._visit(("/v1/client/sign_ins", given), ("/v1/client", None))

    def signs_up(self) -> str | None:
        """Begin to sign up in a new browser."""
        given = {"email_address": new_address(), "password": PASSWORD}
        return self._visit(("/v1/client/sign_ups", given), ("/v1/client", None))

    def _backend(self, method: str, path: str, **more: object) -> str | None:
        self.balanced.next_for(self.backend)
        return wrong(self.backend.request(method, path, **more))

    def _visit(self, *requests: tuple[str, dict[str, str] | None]) -> str | None:
        with self.tenant.browser() as other:
            for path, form in requests:
                self.balanced.next_for(other)
                reply = other.get(path) if form is None else other.post(path, **form)
                if (kind := wrong(reply)) is not None:
                    return kind
        return None


@pytest.fixture
def balanced() -> Generator[Balanced]:
    """No server yet, and a PostgreSQL for them."""
    with new_database() as database, new_data_dir() as own:
        balanced = Balanced(own, database.dsn)
        with balanced.started:
            yield balanced


@pytest.fixture
def release(tmp_path: Path) -> str:
    """Where the release before is."""
    return str(releases.unpacked(tmp_path))


@contextmanager
def app_of(balanced: Balanced) -> Generator[App]:
    """Have an application whose servers are balanced."""
    first = balanced.running[0]
    tenant = tenant_of(first)
    with tenant.backend() as backend, tenant.browser() as browser:
        yield App(balanced, tenant, backend, browser, browser.sign_up())


def test_servers_are_upgraded_one_by_one_and_no_request_fails(
    balanced: Balanced, release: str
) -> None:
    before = [balanced.start(release=release), balanced.start(release=release)]
    with (
        app_of(balanced) as app,
        steady_load(
            mints=app.mints,
            lists=app.lists,
            makes_users=app.makes_users,
            signs_in=app.signs_in,
            signs_up=app.signs_up,
        ) as load,
    ):
        load.until_busy(_LEAST_OF_EACH)
        migrated = hallporter("migrate", "--data-dir", str(balanced.own), DATABASE_URL=balanced.dsn)
        assert migrated.returncode == 0, migrated.stderr
        load.until_busy(_LEAST_OF_EACH)
        for server in before:
            balanced.start("--no-migrate")
            load.until_busy(_LEAST_OF_EACH)
            balanced.end(server)
        load.until_busy(_LEAST_OF_EACH)
    assert load.failed == []
