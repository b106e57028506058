"""Each key is replaced while two processes serve a load, and not one request fails."""

import json
import time
from collections.abc import Generator
from dataclasses import dataclass

import jwt as pyjwt
import pytest

from tests.cli import callers
from tests.cli.processes import Serving, ready_data_dir, serving, wait_until
from tests.cli.steady_load import Step, steady_load, wrong
from tests.harness import Account, Backend, Browser

# What is asked of every server of an app's: some of each kind must have been under way.
_LEAST_OF_EACH = 20


@pytest.fixture(scope="module")
def server() -> Generator[Serving]:
    """Two processes on one database."""
    with ready_data_dir() as data_dir, serving(data_dir, "--workers", "2") as server:
        yield server


@dataclass
class App:
    """Somebody's application: its server, a browser that is signed in, and what it keeps."""

    backend: Backend
    browser: Browser
    account: Account
    jwks: dict[str, object]

    def asks(self) -> str | None:
        """Ask the Backend API as a server does."""
        return wrong(self.backend.get("/v1/users", limit=1))

    def reads(self) -> str | None:
        """Read the client as a page does."""
        reply = self.browser.get("/v1/client")
        if reply.status != 200:
            return wrong(reply)
        return None if reply.body and reply.body["sessions"] else "signed out"

    def mints(self) -> str | None:
        """Mint a token and verify it as an SDK does that keeps the JWKS it has read once."""
        reply = callers.mint(self.browser, self.account.session_id)
        if reply.status != 200:
            return wrong(reply)
        token = reply.json["jwt"]
        key = self.jwks.get(pyjwt.get_unverified_header(token)["kid"])
        if key is None:
            return "signed by a key that was not published in time"
        pyjwt.decode(token, key, algorithms=["RS256"], leeway=30)  # pyright: ignore[reportArgumentType]
        return None

    def steps(self) -> dict[str, Step]:
        """Return what it does all the time."""
        return {"asks": self.asks, "reads": self.reads, "mints": self.mints}

    def read_jwks(self) -> dict[str, object]:
        """Read the keys anew, as an SDK does once an hour."""
        found = self.backend.get("/v1/jwks").ok().json["keys"]
        self.jwks = {each["kid"]: pyjwt.PyJWK(each).key for each in found}
        return self.jwks


@pytest.fixture
def app(server: Serving) -> App:
    """An application of the server."""
    tenant = callers.tenant_of(server)
    browser = tenant.browser()
    made = App(tenant.backend(), browser, browser.sign_up(), {})
    made.read_jwks()
    return made


def command(server: Serving, *arguments: str) -> str:
    """Run a command beside the server and return what it prints."""
    done = server.run("keys", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def listed(server: Serving, what: str) -> list[dict[str, str]]:
    """Return what `keys list` says."""
    return json.loads(command(server, "list", "--json"))[what]


def test_secret_key_is_replaced_under_load(server: Serving, app: App) -> None:
    old = app.backend.tenant.backend()
    with steady_load(**app.steps()) as load:
        load.until_busy(_LEAST_OF_EACH)
        new = command(server, "rotate", "default")
        wait_until(lambda: _is_taken(app, new), 1)
        # The application is given the new key, the old one still works.
        app.backend = app.backend.tenant.backend(secret_key=new)
        load.until_busy(_LEAST_OF_EACH)
        command(server, "revoke", "default-old")
        # A second after the answer no process takes it any more.
        time.sleep(1)
        refused = [old.get("/v1/users").status for _ in range(50)]
        load.until_busy(_LEAST_OF_EACH)
    assert refused == [401] * 50
    assert load.failed == []
    assert server.keys["secret_key"] == new


def _is_taken(app: App, key: str) -> bool:
    """Tell whether every process knows a key: connections are spread over them."""
    replies = [app.backend.tenant.backend(secret_key=key).get("/v1/users") for _ in range(8)]
    return all(reply.status == 200 for reply in replies)


def test_signing_key_is_replaced_under_load(server: Serving, app: App) -> None:
    with steady_load(**app.steps()) as load:
        load.until_busy(_LEAST_OF_EACH)
        before = set(app.jwks)
        command(server, "rotate", "--signing", "--after", "8")
        # An SDK reads the keys anew at some moment before the new one signs.
        wait_until(lambda: set(app.read_jwks()) - before, 2)
        (coming,) = set(app.jwks) - before
        assert _signs(app) in before
        wait_until(lambda: _signs(app) == coming, 12)
        load.until_busy(_LEAST_OF_EACH)
    assert load.failed == []
    stages = {key["kid"]: key["stage"] for key in listed(server, "signing_keys")}
    assert stages[coming] == "signs"
    assert all(stages[kid] == "leaving" for kid in before)
    # The session and its client were made under the old one.
    assert app.reads() is None


def _signs(app: App) -> str:
    token = callers.mint(app.browser, app.account.session_id).json["jwt"]
    return pyjwt.get_unverified_header(token)["kid"]


def test_leaked_signing_key_is_replaced_under_load(server: Serving, app: App) -> None:
    def mints_and_looks_again() -> str | None:
        found = app.mints()
        if found is not None and "published" in found:
            # SDKs ask again for a key that they do not know.
            app.read_jwks()
            return app.mints()
        return found

    with steady_load(**{**app.steps(), "mints": mints_and_looks_again}) as load:
        load.until_busy(_LEAST_OF_EACH)
        command(server, "rotate", "--signing", "--now")
        # No process publishes another one three seconds after the answer.
        time.sleep(3)
        found = [list(app.read_jwks()) for _ in range(20)]
        load.until_busy(_LEAST_OF_EACH)
    assert load.failed == []
    assert found == [[listed(server, "signing_keys")[0]["kid"]]] * 20
