"""When PostgreSQL fails over, the server goes on without a restart."""

from urllib.parse import parse_qs, urlsplit

from tests.cli.callers import mint, tenant_of
from tests.cli.databases import running_database
from tests.cli.processes import new_data_dir, ready_data_dir, serving, wait_until
from tests.cli.standby import standby_of


def test_the_server_follows_to_the_new_primary() -> None:
    with (
        ready_data_dir() as data_dir,
        new_data_dir() as own,
        running_database(data_dir) as database,
        standby_of(database.dsn, data_dir) as standby,
    ):
        standby.start()
        with (
            serving(
                own,
                DATABASE_URL=_either(database.dsn, standby.dsn),
                DATABASE_REPLICA_URL=standby.dsn,
            ) as server,
            tenant_of(server).browser() as browser,
        ):
            account = browser.sign_up()
            wait_until(lambda: standby.holds("sessions", account.session_id))
            database.stop()
            assert mint(browser, account.session_id).status == 503
            standby.promote()
            wait_until(lambda: mint(browser, account.session_id).status == 200)
            browser.post("/v1/client", _method="DELETE").ok()
            browser.sign_in(account.email_address).ok()
            with browser.tenant.backend() as backend:
                assert len(backend.get("/v1/sessions").ok().json) == 2


def _either(*dsns: str) -> str:
    """Return the address of whichever of these servers takes writes."""
    hosts = [parse_qs(urlsplit(dsn).query)["host"][0] for dsn in dsns]
    query = f"host={','.join(hosts)}&target_session_attrs=read-write"
    return urlsplit(dsns[0])._replace(query=query).geturl()
