"""Several processes on one database: what ends on one is over on all, with the next request."""

import itertools
import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.cli.callers import mint, tenant_of, turn_to
from tests.cli.databases import running_database
from tests.cli.processes import Serving, new_data_dir, ready_data_dir, serving, wait_until
from tests.harness import Account, Backend, Browser, Tenant, new_address

NOT_ACTIVE = "session_not_active"


@dataclass(frozen=True)
class Pair:
    """Two servers on one database as on two machines: only address and master key in common."""

    one: Serving
    other: Serving
    tenant: Tenant
    dsn: str


@pytest.fixture(scope="module")
def pair() -> Generator[Pair]:
    with (
        ready_data_dir() as data_dir,
        new_data_dir() as elsewhere,
        running_database(data_dir) as database,
        serving(data_dir) as one,
        serving(
            elsewhere,
            DATABASE_URL=database.dsn,
            HALLPORTER_MASTER_KEY=(data_dir / "master.key").read_text(),
        ) as other,
    ):
        yield Pair(one, other, tenant_of(one), database.dsn)


@pytest.fixture
def backend(pair: Pair) -> Generator[Backend]:
    with pair.tenant.backend() as backend:
        yield backend


@pytest.fixture
def browser(pair: Pair) -> Generator[Browser]:
    with pair.tenant.browser() as browser:
        yield browser


@pytest.fixture
def account(browser: Browser) -> Account:
    return browser.sign_up()


def test_each_request_of_a_flow_may_go_to_another_process(pair: Pair, browser: Browser) -> None:
    turns = itertools.cycle([pair.other, pair.one])

    def turn(_: httpx.Response) -> None:
        turn_to(next(turns), browser)

    browser.http.event_hooks["response"] = [turn]
    account = browser.sign_up()
    browser.token(account.session_id)
    browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    browser.post("/v1/client", _method="DELETE").ok()
    assert browser.sign_in(account.email_address).ok().body["status"] == "complete"
    assert mint(browser, account.session_id).status == 401


def test_revoked_on_one_is_refused_on_the_other(
    pair: Pair, backend: Backend, browser: Browser, account: Account
) -> None:
    turn_to(pair.other, browser)
    token = browser.token(account.session_id)
    backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
    assert mint(browser, account.session_id).codes == [NOT_ACTIVE]
    turn_to(pair.other, backend)
    assert backend.post("/v1/clients/verify", token=token).status == 404


def test_ended_on_one_is_refused_on_the_other(
    pair: Pair, browser: Browser, account: Account
) -> None:
    browser.post(f"/v1/client/sessions/{account.session_id}/end").ok()
    turn_to(pair.other, browser)
    assert mint(browser, account.session_id).codes == [NOT_ACTIVE]


def test_banned_on_one_is_out_on_the_other(
    pair: Pair, backend: Backend, browser: Browser, account: Account
) -> None:
    backend.post(f"/v1/users/{account.user_id}/ban").ok()
    turn_to(pair.other, browser)
    assert mint(browser, account.session_id).codes == [NOT_ACTIVE]
    assert browser.sign_in(account.email_address).codes == ["user_banned"]


def test_a_token_rotated_on_one_is_spent_on_the_other(pair: Pair, browser: Browser) -> None:
    browser.post("/v1/client").ok()
    before = dict(browser.http.cookies)
    account = browser.sign_up()
    with pair.tenant.browser() as late:
        late.http.cookies.update(before)
        turn_to(pair.other, late)
        assert mint(late, account.session_id).status in (401, 503)
        assert late.get("/v1/me").status in (401, 503)


def test_guesses_on_both_lock_together(pair: Pair, browser: Browser, account: Account) -> None:
    with pair.tenant.browser() as stranger:
        for server in (pair.one, pair.other) * 5:
            turn_to(server, stranger)
            assert stranger.sign_in(account.email_address, "wrong").status == 422
        assert stranger.sign_in(account.email_address).codes == ["user_locked"]
    turn_to(pair.other, browser)
    browser.token(account.session_id)


def test_a_changed_setting_is_on_both_within_a_second(pair: Pair) -> None:
    for name in ("Night desk", "Day desk"):
        changed = pair.one.instance("update", "default", f"display.application_name={name}")
        assert changed.returncode == 0, changed.stderr
        wait_until(
            lambda name=name: {_name(pair.one.http), _name(pair.other.http)} == {name}, seconds=1
        )


def test_a_new_instance_and_its_key_are_on_both_within_a_second(pair: Pair) -> None:
    chosen = "sk_live_" + new_address().encode().hex()
    assert pair.one.instance("create", "annex", "--secret-key", chosen).returncode == 0
    wait_until(lambda: _users(pair.one, chosen) == _users(pair.other, chosen) == 200, seconds=1)


def test_a_replaced_key_is_refused_on_both_within_a_second(pair: Pair) -> None:
    chosen = "sk_live_" + new_address().encode().hex()
    assert pair.one.instance("create", "attic", "--secret-key", chosen).returncode == 0
    wait_until(lambda: _users(pair.other, chosen) == 200, seconds=1)
    with psycopg.connect(pair.dsn) as inside:
        inside.execute(
            "update secret_keys k set key_hash = md5(key_hash) "
            "from instances i where k.instance_id = i.id and i.slug = 'attic'"
        )
        inside.execute("update instances set revision = revision + 1 where slug = 'attic'")
    wait_until(lambda: _users(pair.one, chosen) == _users(pair.other, chosen) == 401, seconds=1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_ends_is_over_on_every_worker() -> None:
    with (
        ready_data_dir() as data_dir,
        serving(data_dir, "--workers", "2") as running,
        ExitStack() as open_browsers,
    ):
        tenant = tenant_of(running)
        first = open_browsers.enter_context(tenant.browser())
        account = first.sign_up()
        browsers = _one_at_each_worker(running, first, open_browsers)
        for browser in browsers:
            browser.token(account.session_id)
        with tenant.backend() as backend:
            backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
        for browser in browsers:
            assert mint(browser, account.session_id).codes == [NOT_ACTIVE]
        running.instance("update", "default", "display.application_name=Night desk")
        wait_until(lambda: {_name(each.http) for each in browsers} == {"Night desk"}, seconds=1)


def _one_at_each_worker(running: Serving, first: Browser, stack: ExitStack) -> list[Browser]:
    """Return browsers with `first`'s cookies, whose open connections reach every worker."""

    def sockets(pid: int) -> int:
        links = (each.readlink().name for each in Path(f"/proc/{pid}/fd").iterdir())
        return sum(link.startswith("socket:") for link in links)

    workers = [pid for pid, line in running.children().items() if "spawn_main" in line]
    before = {pid: sockets(pid) for pid in workers}
    browsers: list[Browser] = []
    while not all(sockets(pid) > before[pid] for pid in workers):
        assert len(browsers) < 200, "one worker takes all connections"
        browser = stack.enter_context(first.tenant.browser())
        browser.http.cookies.update(first.http.cookies)
        browser.get("/v1/client").ok()
        browsers.append(browser)
    return browsers


def _name(http: httpx.Client) -> str:
    return http.get("/v1/environment").json()["display_config"]["application_name"]


def _users(server: Serving, secret_key: str) -> int:
    bearer = {"Authorization": f"Bearer {secret_key}"}
    return server.http.get("/v1/users", headers=bearer).status_code
