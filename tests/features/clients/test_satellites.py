"""Satellite domains: signed in on the instance's own domain, known on another one."""

import uuid
from collections.abc import Iterator

import pytest

from hallporter.contract.settings import Settings
from hallporter.contract.settings_rules import Subject
from hallporter.features.settings import safety
from tests import forge
from tests.conftest import Make
from tests.handshakes import cookies_in, parameter
from tests.harness import Clock, Tenant
from tests.satellites import SatelliteBrowser

SATELLITE = f"t{uuid.uuid4().hex[:8]}.example"
FRONTEND = f"https://clerk.{SATELLITE}"
PAGE = f"https://{SATELLITE}/page?a=b"


@pytest.fixture
def instance(make_instance: Make) -> Iterator[Tenant]:
    """An instance with a satellite."""
    tenant = make_instance(frontend_host=f"clerk.t{uuid.uuid4().hex[:8]}.example")
    tenant.update(satellite_domains=[SATELLITE])
    yield tenant
    tenant.update(satellite_domains=[])


@pytest.fixture
def address(instance: Tenant) -> str:
    """Somebody who has an account."""
    with instance.backend() as backend:
        return backend.create_user()["email_addresses"][0]["email_address"]


@pytest.fixture
def satellite_browser(instance: Tenant, address: str) -> SatelliteBrowser:
    """A browser in which they are signed in at home."""
    satellite_browser = SatelliteBrowser(instance)
    satellite_browser.sign_in(address).ok()
    return satellite_browser


def linked(satellite_browser: SatelliteBrowser) -> SatelliteBrowser:
    """Visit the satellite."""
    satellite_browser.follow(f"{FRONTEND}/v1/client/sync?redirect_url={PAGE}")
    return satellite_browser


def test_whoever_is_signed_in_at_home_is_so_on_the_satellite(
    satellite_browser: SatelliteBrowser,
) -> None:
    way = satellite_browser.follow(f"{FRONTEND}/v1/client/sync?redirect_url={PAGE}")
    assert [each.partition("?")[0] for each in way[1:3]] == [
        f"https://{satellite_browser.tenant.host}/v1/client/sync",
        f"{FRONTEND}/v1/client/link",
    ]
    assert way[-1] == f"{PAGE}&__clerk_synced=true"
    here = satellite_browser.get(f"{FRONTEND}/v1/client").ok().body
    home = satellite_browser.get(f"https://{satellite_browser.tenant.host}/v1/client").ok().body
    assert here["id"] == home["id"]
    assert here["sessions"][0]["status"] == "active"


def test_satellite_has_a_token_and_a_hint_of_its_own(satellite_browser: SatelliteBrowser) -> None:
    linked(satellite_browser)
    own, home = (
        satellite_browser.jars[f"clerk.{SATELLITE}"],
        satellite_browser.jars[satellite_browser.tenant.host],
    )
    assert own["__client"] != home["__client"]
    assert own["__client_uat"] == home["__client_uat"]
    assert "__clerk_sync" not in own
    reply = satellite_browser.get(f"{FRONTEND}/v1/client/sync?redirect_url={PAGE}")
    assert "HttpOnly" in reply.headers["set-cookie"]


def test_hint_is_for_the_whole_satellite(satellite_browser: SatelliteBrowser) -> None:
    home = satellite_browser.get(f"{FRONTEND}/v1/client/sync?redirect_url={PAGE}").headers[
        "location"
    ]
    link = satellite_browser.get(home).headers["location"]
    found = satellite_browser.get(link).response.headers.get_list("set-cookie")
    hints = [each for each in found if each.startswith("__client_uat")]
    assert len(hints) == 2
    assert all(f"Domain={SATELLITE}" in each for each in hints)
    assert all("Domain" not in each for each in found if each.startswith("__client="))


def test_sync_that_begins_at_home_passes_by_the_satellite_first(
    satellite_browser: SatelliteBrowser,
) -> None:
    home = f"https://{satellite_browser.tenant.host}/v1/client/sync"
    way = satellite_browser.follow(f"{home}?link_domain={SATELLITE}&redirect_url={PAGE}")
    assert way[1].startswith(f"{FRONTEND}/v1/client/sync?")
    assert way[-1].endswith("__clerk_synced=true")
    assert satellite_browser.get(f"{FRONTEND}/v1/client").body["sessions"]


def test_whoever_is_signed_out_at_home_is_so_on_the_satellite(
    instance: Tenant, satellite_browser: SatelliteBrowser
) -> None:
    stranger = linked(SatelliteBrowser(instance))
    assert stranger.get(f"{FRONTEND}/v1/client").body is None
    linked(satellite_browser)
    satellite_browser.ask("DELETE", f"https://{instance.host}/v1/client/sessions").ok()
    assert satellite_browser.get(f"{FRONTEND}/v1/client").body["sessions"] == []


def test_what_rotates_at_home_does_not_harm_the_satellite(
    instance: Tenant, satellite_browser: SatelliteBrowser, clock: Clock
) -> None:
    linked(satellite_browser)
    with instance.backend() as backend:
        other = backend.create_user()["email_addresses"][0]["email_address"]
    satellite_browser.sign_in(other).ok()
    clock.advance(minutes=5)
    assert len(satellite_browser.get(f"{FRONTEND}/v1/client").body["sessions"]) == 2
    assert len(satellite_browser.get(f"https://{instance.host}/v1/client").body["sessions"]) == 2


def test_signing_out_on_the_satellite_signs_out_at_home(
    instance: Tenant, satellite_browser: SatelliteBrowser, clock: Clock
) -> None:
    linked(satellite_browser)
    session_id = satellite_browser.get(f"{FRONTEND}/v1/client").body["last_active_session_id"]
    reply = satellite_browser.post(f"{FRONTEND}/v1/client/sessions/{session_id}/end").ok()
    assert "__client=" not in str(reply.response.headers.get_list("set-cookie"))
    clock.advance(minutes=5)
    assert satellite_browser.get(f"https://{instance.host}/v1/client").ok().body["sessions"] == []
    assert satellite_browser.get(f"{FRONTEND}/v1/client").ok().body["sessions"] == []


def test_tokens_are_minted_for_pages_of_the_satellite(satellite_browser: SatelliteBrowser) -> None:
    linked(satellite_browser)
    session_id = satellite_browser.get(f"{FRONTEND}/v1/client").body["last_active_session_id"]
    minted = (
        satellite_browser.post(f"{FRONTEND}/v1/client/sessions/{session_id}/tokens")
        .ok()
        .json["jwt"]
    )
    assert forge.claims_of(minted)["iss"] == f"https://{satellite_browser.tenant.host}"


def test_handshake_of_a_satellite_asks_home_first(satellite_browser: SatelliteBrowser) -> None:
    start = f"{FRONTEND}/v1/client/handshake?redirect_url={PAGE}&format=token"
    way = satellite_browser.follow(f"{start}&__clerk_hs_reason=satellite-needs-syncing")
    assert [each.partition("?")[0].rpartition("/")[2] for each in way] == [
        "handshake",
        "sync",
        "link",
        "handshake",
        "page",
    ]
    assert parameter(way[-1], "__clerk_synced") == "true"
    payload = satellite_browser.jars[f"clerk.{SATELLITE}"]["__clerk_handshake"]
    shown = cookies_in(forge.claims_of(payload)["handshake"])
    assert forge.claims_of(shown["__session"])["azp"] == f"https://{SATELLITE}"


def test_handshake_of_a_known_browser_asks_nobody(satellite_browser: SatelliteBrowser) -> None:
    linked(satellite_browser)
    way = satellite_browser.follow(
        f"{FRONTEND}/v1/client/handshake?redirect_url={PAGE}&format=nonce"
    )
    assert way[1:] == [PAGE]


def test_nobody_signs_in_on_a_satellite(instance: Tenant, address: str) -> None:
    satellite_browser = linked(SatelliteBrowser(instance))
    for path, form in (
        ("/v1/client", {}),
        ("/v1/client/sign_ins", {"identifier": address}),
        ("/v1/client/sign_ups", {"email_address": "new@example.com"}),
    ):
        reply = satellite_browser.post(f"{FRONTEND}{path}", **form)
        assert (reply.status, reply.codes) == (403, ["operation_not_allowed_on_satellite_domain"])


def test_satellite_tells_the_environment_and_the_keys(instance: Tenant) -> None:
    satellite_browser = SatelliteBrowser(instance)
    for path in ("/v1/environment", "/.well-known/jwks.json"):
        here = satellite_browser.get(f"{FRONTEND}{path}").ok().json
        assert here == satellite_browser.get(f"https://{instance.host}{path}").ok().json


@pytest.mark.parametrize(
    "domain",
    ["https://a.example", "a.example/", "*.example", "A.example", "", "{home}", "app.{home}", "x"],
)
def test_satellite_that_cannot_be_is_refused(domain: str) -> None:
    settings = Settings(satellite_domains=[domain.format(home="own.example")])
    found = safety.of_instance(Subject("shop", "clerk.own.example", settings))
    assert any("satellite" in each for each in found)


def test_satellites_proxy_is_on_the_satellite() -> None:
    for url, is_wrong in (
        ("https://shop.example/__clerk", False),
        ("https://app.shop.example/__clerk", False),
        ("https://evil.example/__clerk", True),
        ("http://shop.example/__clerk", True),
    ):
        settings = Settings(
            satellite_domains=["shop.example"], satellite_proxy_urls={"shop.example": url}
        )
        found = safety.of_instance(Subject("shop", "clerk.own.example", settings))
        assert any("satellite" in each for each in found) == is_wrong, url


def test_satellite_may_have_a_proxy_of_its_apps(
    instance: Tenant, satellite_browser: SatelliteBrowser
) -> None:
    proxy = f"https://app.{SATELLITE}/__clerk"
    instance.update(satellite_proxy_urls={SATELLITE: proxy})
    home = f"https://{instance.host}/v1/client/sync?state=x"
    reply = satellite_browser.get(f"{home}&link_domain={SATELLITE}&redirect_url={PAGE}")
    assert reply.headers["location"].startswith(f"{proxy}/v1/client/link?__clerk_token=")
