"""Case 62: links between domains are for the browser that asked, once, and for satellites alone."""

import uuid
from collections.abc import Iterator

import pytest

from benchmarks import round_trips
from hallporter.features.browsers import store as browser_store
from tests.handshakes import parameter
from tests.harness import Clock, Harness, Tenant
from tests.satellites import SatelliteBrowser

SATELLITE = f"t{uuid.uuid4().hex[:8]}.example"
OTHER = f"t{uuid.uuid4().hex[:8]}.example"
FRONTEND = f"https://clerk.{SATELLITE}"
SYNC = f"{FRONTEND}/v1/client/sync?redirect_url=https://{SATELLITE}/"


@pytest.fixture(scope="module")
def instance(harness: Harness) -> Iterator[Tenant]:
    """An instance with two satellites."""
    tenant = harness.make_instance(frontend_host=f"clerk.t{uuid.uuid4().hex[:8]}.example")
    tenant.update(satellite_domains=[SATELLITE, OTHER])
    yield tenant
    harness.hang_up()


@pytest.fixture
def satellite_browser(instance: Tenant) -> SatelliteBrowser:
    """A browser in which somebody is signed in at home."""
    satellite_browser = SatelliteBrowser(instance)
    with instance.backend() as backend:
        address = backend.create_user()["email_addresses"][0]["email_address"]
    satellite_browser.sign_in(address).ok()
    return satellite_browser


def link_of(satellite_browser: SatelliteBrowser) -> str:
    """Go as far as to the link token, without spending it."""
    home = satellite_browser.get(SYNC).headers["location"]
    return satellite_browser.get(home).headers["location"]


def test_case_62_strangers_link_signs_nobody_in(
    instance: Tenant, satellite_browser: SatelliteBrowser
) -> None:
    # Somebody sends their own link to a victim, to see what the victim does in their account.
    link = link_of(satellite_browser)
    victim = SatelliteBrowser(instance)
    reply = victim.get(link)
    assert (reply.status, reply.codes) == (403, ["sync_nonce_already_consumed"])
    assert "set-cookie" not in reply.headers
    # Also when the victim is on the way itself.
    link = link_of(satellite_browser)
    victim.get(SYNC)
    assert victim.get(link).status == 403
    assert victim.get(f"{FRONTEND}/v1/client").body is None


def test_case_62_link_works_once_and_for_two_minutes(
    satellite_browser: SatelliteBrowser, clock: Clock
) -> None:
    link = link_of(satellite_browser)
    marked = dict(satellite_browser.jars[f"clerk.{SATELLITE}"])
    assert satellite_browser.get(link).status == 307
    satellite_browser.jars[f"clerk.{SATELLITE}"] = marked
    assert satellite_browser.get(link).codes == ["sync_nonce_already_consumed"]
    late = link_of(satellite_browser)
    clock.advance(minutes=2)
    assert satellite_browser.get(late).codes == ["sync_nonce_already_consumed"]


def test_case_62_link_is_for_its_satellite(
    instance: Tenant, satellite_browser: SatelliteBrowser
) -> None:
    link = link_of(satellite_browser)
    jar = satellite_browser.jars[f"clerk.{SATELLITE}"]
    satellite_browser.jars[f"clerk.{OTHER}"] = dict(jar)
    assert satellite_browser.get(link.replace(SATELLITE, OTHER)).status == 403
    satellite_browser.jars[instance.host] |= jar
    at_home = link_of(satellite_browser).replace(f"clerk.{SATELLITE}", instance.host)
    assert satellite_browser.get(at_home).codes == ["operation_not_allowed_on_primary_domain"]


def test_case_62_link_token_is_no_nonce_and_no_nonce_a_link(
    satellite_browser: SatelliteBrowser,
) -> None:
    token = parameter(link_of(satellite_browser), "__clerk_token")
    with satellite_browser.tenant.backend() as backend:
        assert backend.get("/v1/clients/handshake_payload", nonce=token).status == 404
    page = f"https://{satellite_browser.tenant.host.removeprefix('clerk.')}/"
    satellite_browser.get(
        f"https://{satellite_browser.tenant.host}/v1/client/handshake?redirect_url={page}&format=nonce"
    )
    nonce = satellite_browser.jars[satellite_browser.tenant.host]["__clerk_handshake_nonce"]
    satellite_browser.get(SYNC)
    assert satellite_browser.get(f"{FRONTEND}/v1/client/link?__clerk_token={nonce}").status == 403


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.test/",
        "https://{satellite}.evil.test/",
        "https://{satellite}@evil.test/",
        "http://{satellite}/",
        "https://{satellite}:8443/",
        "https://evil{satellite}/",
        "//{satellite}/",
        "javascript:alert(1)",
        "https://{other}/",
        "https://{home}/",
        "",
    ],
)
def test_case_62_sync_leads_to_the_satellites_own_pages_alone(
    satellite_browser: SatelliteBrowser, page: str
) -> None:
    home = satellite_browser.tenant.host.removeprefix("clerk.")
    url = page.format(satellite=SATELLITE, other=OTHER, home=home)
    # On the satellite, and on the primary domain with the satellite named.
    for start in (
        f"{FRONTEND}/v1/client/sync?redirect_url={url}",
        f"https://clerk.{home}/v1/client/sync?link_domain={SATELLITE}&state=x&redirect_url={url}",
    ):
        reply = satellite_browser.get(start)
        assert reply.status in (400, 422), start
        assert "location" not in reply.headers


def test_case_62_token_of_a_satellite_opens_nothing_elsewhere(
    satellite_browser: SatelliteBrowser,
) -> None:
    satellite_browser.follow(SYNC)
    token = satellite_browser.jars[f"clerk.{SATELLITE}"]["__client"]
    stranger = SatelliteBrowser(satellite_browser.tenant)
    for host in (satellite_browser.tenant.host, f"clerk.{OTHER}"):
        stranger.jars[host] = {"__client": token}
        assert stranger.get(f"https://{host}/v1/client").body is None
    # Nor does the client's own token on a satellite.
    stranger.jars[f"clerk.{SATELLITE}"] = {
        "__client": satellite_browser.jars[satellite_browser.tenant.host]["__client"]
    }
    assert stranger.get(f"{FRONTEND}/v1/client").body is None


def test_case_62_many_tokens_are_looked_up_at_once(satellite_browser: SatelliteBrowser) -> None:
    satellite_browser.follow(SYNC)
    jar = satellite_browser.jars[f"clerk.{SATELLITE}"]
    token = jar["__client"]
    counts: list[int] = []
    for many in (1, 200):
        planted = "; __client=".join(f"a{n}" for n in range(many))
        jar["__client"] = f"{planted}; __client={token}"
        with round_trips.recorded() as statements:
            assert satellite_browser.get(f"{FRONTEND}/v1/client").body["sessions"]
        counts.append(statements.count(browser_store.SATELLITE_CLIENTS))
    assert counts == [1, 1]


def test_case_62_link_anew_ends_the_token_before(satellite_browser: SatelliteBrowser) -> None:
    satellite_browser.follow(SYNC)
    old = dict(satellite_browser.jars[f"clerk.{SATELLITE}"])
    satellite_browser.follow(SYNC)
    thief = SatelliteBrowser(satellite_browser.tenant, {f"clerk.{SATELLITE}": old})
    assert thief.get(f"{FRONTEND}/v1/client").body is None


def test_case_62_satellite_that_is_taken_off_is_nobodys(
    harness: Harness, satellite_browser: SatelliteBrowser
) -> None:
    # A lone instance is reached on loopback by any name.
    harness.make_instance()
    satellite_browser.follow(SYNC)
    satellite_browser.tenant.update(satellite_domains=[OTHER])
    try:
        assert satellite_browser.get(f"{FRONTEND}/v1/client").codes == ["host_invalid"]
    finally:
        satellite_browser.tenant.update(satellite_domains=[SATELLITE, OTHER])
