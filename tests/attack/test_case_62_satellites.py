"""Case 62: links between domains are for the browser that asked, once, and for satellites alone."""

import uuid
from collections.abc import Iterator

import pytest

from benchmarks import round_trips
from hallporter.features.browsers import store as browser_store
from tests.handshakes import parameter
from tests.house import Clock, House, Tenant
from tests.satellites import Traveller

SATELLITE = f"t{uuid.uuid4().hex[:8]}.example"
OTHER = f"t{uuid.uuid4().hex[:8]}.example"
FRONTEND = f"https://clerk.{SATELLITE}"
SYNC = f"{FRONTEND}/v1/client/sync?redirect_url=https://{SATELLITE}/"


@pytest.fixture(scope="module")
def instance(house: House) -> Iterator[Tenant]:
    """An instance with two satellites."""
    tenant = house.make_instance(frontend_host=f"clerk.t{uuid.uuid4().hex[:8]}.example")
    tenant.update(satellite_domains=[SATELLITE, OTHER])
    yield tenant
    house.hang_up()


@pytest.fixture
def traveller(instance: Tenant) -> Traveller:
    """A browser in which somebody is signed in at home."""
    traveller = Traveller(instance)
    with instance.backend() as backend:
        address = backend.create_user()["email_addresses"][0]["email_address"]
    traveller.sign_in(address).ok()
    return traveller


def link_of(traveller: Traveller) -> str:
    """Go as far as to the link token, without spending it."""
    home = traveller.get(SYNC).headers["location"]
    return traveller.get(home).headers["location"]


def test_case_62_strangers_link_signs_nobody_in(instance: Tenant, traveller: Traveller) -> None:
    # Somebody sends their own link to a victim, to see what the victim does in their account.
    link = link_of(traveller)
    victim = Traveller(instance)
    reply = victim.get(link)
    assert (reply.status, reply.codes) == (403, ["sync_nonce_already_consumed"])
    assert "set-cookie" not in reply.headers
    # Also when the victim is on the way itself.
    link = link_of(traveller)
    victim.get(SYNC)
    assert victim.get(link).status == 403
    assert victim.get(f"{FRONTEND}/v1/client").body is None


def test_case_62_link_works_once_and_for_two_minutes(traveller: Traveller, clock: Clock) -> None:
    link = link_of(traveller)
    marked = dict(traveller.jars[f"clerk.{SATELLITE}"])
    assert traveller.get(link).status == 307
    traveller.jars[f"clerk.{SATELLITE}"] = marked
    assert traveller.get(link).codes == ["sync_nonce_already_consumed"]
    late = link_of(traveller)
    clock.advance(minutes=2)
    assert traveller.get(late).codes == ["sync_nonce_already_consumed"]


def test_case_62_link_is_for_its_satellite(instance: Tenant, traveller: Traveller) -> None:
    link = link_of(traveller)
    jar = traveller.jars[f"clerk.{SATELLITE}"]
    traveller.jars[f"clerk.{OTHER}"] = dict(jar)
    assert traveller.get(link.replace(SATELLITE, OTHER)).status == 403
    traveller.jars[instance.host] |= jar
    at_home = link_of(traveller).replace(f"clerk.{SATELLITE}", instance.host)
    assert traveller.get(at_home).codes == ["operation_not_allowed_on_primary_domain"]


def test_case_62_link_token_is_no_nonce_and_no_nonce_a_link(traveller: Traveller) -> None:
    token = parameter(link_of(traveller), "__clerk_token")
    with traveller.tenant.backend() as backend:
        assert backend.get("/v1/clients/handshake_payload", nonce=token).status == 404
    page = f"https://{traveller.tenant.host.removeprefix('clerk.')}/"
    traveller.get(
        f"https://{traveller.tenant.host}/v1/client/handshake?redirect_url={page}&format=nonce"
    )
    nonce = traveller.jars[traveller.tenant.host]["__clerk_handshake_nonce"]
    traveller.get(SYNC)
    assert traveller.get(f"{FRONTEND}/v1/client/link?__clerk_token={nonce}").status == 403


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
    traveller: Traveller, page: str
) -> None:
    home = traveller.tenant.host.removeprefix("clerk.")
    url = page.format(satellite=SATELLITE, other=OTHER, home=home)
    # On the satellite, and on the primary domain with the satellite named.
    for start in (
        f"{FRONTEND}/v1/client/sync?redirect_url={url}",
        f"https://clerk.{home}/v1/client/sync?link_domain={SATELLITE}&state=x&redirect_url={url}",
    ):
        reply = traveller.get(start)
        assert reply.status in (400, 422), start
        assert "location" not in reply.headers


def test_case_62_token_of_a_satellite_opens_nothing_elsewhere(traveller: Traveller) -> None:
    traveller.follow(SYNC)
    token = traveller.jars[f"clerk.{SATELLITE}"]["__client"]
    stranger = Traveller(traveller.tenant)
    for host in (traveller.tenant.host, f"clerk.{OTHER}"):
        stranger.jars[host] = {"__client": token}
        assert stranger.get(f"https://{host}/v1/client").body is None
    # Nor does the client's own token on a satellite.
    stranger.jars[f"clerk.{SATELLITE}"] = {
        "__client": traveller.jars[traveller.tenant.host]["__client"]
    }
    assert stranger.get(f"{FRONTEND}/v1/client").body is None


def test_case_62_many_tokens_are_looked_up_at_once(traveller: Traveller) -> None:
    traveller.follow(SYNC)
    jar = traveller.jars[f"clerk.{SATELLITE}"]
    token = jar["__client"]
    asked: list[int] = []
    for many in (1, 200):
        planted = "; __client=".join(f"a{n}" for n in range(many))
        jar["__client"] = f"{planted}; __client={token}"
        with round_trips.asked() as statements:
            assert traveller.get(f"{FRONTEND}/v1/client").body["sessions"]
        asked.append(statements.count(browser_store.SATELLITE_CLIENTS))
    assert asked == [1, 1]


def test_case_62_link_anew_ends_the_token_before(traveller: Traveller) -> None:
    traveller.follow(SYNC)
    old = dict(traveller.jars[f"clerk.{SATELLITE}"])
    traveller.follow(SYNC)
    thief = Traveller(traveller.tenant, {f"clerk.{SATELLITE}": old})
    assert thief.get(f"{FRONTEND}/v1/client").body is None


def test_case_62_satellite_that_is_taken_off_is_nobodys(house: House, traveller: Traveller) -> None:
    # A lone instance is reached on loopback by any name.
    house.make_instance()
    traveller.follow(SYNC)
    traveller.tenant.update(satellite_domains=[OTHER])
    try:
        assert traveller.get(f"{FRONTEND}/v1/client").codes == ["host_invalid"]
    finally:
        traveller.tenant.update(satellite_domains=[SATELLITE, OTHER])
